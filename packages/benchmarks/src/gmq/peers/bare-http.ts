import { join } from "node:path";
import { startServer } from "../../machine/server-process.ts";
import type { QueuePeer } from "../peer.ts";

const PROGRAM = join(import.meta.dirname, "../../bare-http-main.js");
const PORT = /^(\d+)\n/;

/** What `node:http` itself costs: a program of a few lines that reads the body, keeps nothing, and answers 204. */
export const bareHttp: QueuePeer = {
  name: "node:http",
  protocol: "http",
  prepare: async () => ({ kind: "available", version: `bare node:http of Node ${process.versions.node}` }),
  start: async ({ folder, env = {} }) => {
    const server = await startServer({ file: process.execPath, args: [PROGRAM], env, folder }, (said) =>
      PORT.test(said),
    );
    return { pid: server.pid, port: Number(PORT.exec(server.said())?.[1]), stop: server.end };
  },
};
