import { freePort, isAnswered, startServer } from "../../machine/server-process.ts";
import type { QueuePeer } from "../peer.ts";
import { lookFor } from "./debian-package.ts";

const PROGRAM = "/usr/sbin/nats-server";

/** JetStream at its defaults: a message is in a file, which is synced every two minutes. */
export const nats: QueuePeer = {
  name: "NATS",
  protocol: "nats",
  prepare: () => lookFor("nats-server", PROGRAM),
  start: async ({ folder }) => {
    const port = await freePort();
    const args = ["--addr", "127.0.0.1", "--port", String(port), "--jetstream", "--store_dir", folder];
    const server = await startServer({ file: PROGRAM, args, folder }, () => isAnswered(port));
    return { pid: server.pid, port, stop: server.end };
  },
};
