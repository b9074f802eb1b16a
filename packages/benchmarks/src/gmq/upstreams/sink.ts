import { join } from "node:path";
import { startServer } from "../../machine/server-process.ts";
import type { Upstream } from "../upstream.ts";

const PROGRAM = join(import.meta.dirname, "../../sink-main.js");
const PORT = /^(\d+)\n/;

/** A server that takes everything, at once: what is measured is the forwarder. */
export async function startSink(folder: string): Promise<Upstream> {
  const server = await startServer({ file: process.execPath, args: [PROGRAM], folder }, (said) => PORT.test(said));
  return { url: `http://127.0.0.1:${PORT.exec(server.said())?.[1]}`, stop: server.end };
}
