import { freePort, isAnswered, startServer } from "../../machine/server-process.ts";
import type { QueuePeer } from "../peer.ts";
import { lookFor } from "./debian-package.ts";

const PROGRAM = "/usr/bin/redis-server";

/** Each command is in the append-only file and synced before it is answered; commands that come together share a sync. */
export const redis: QueuePeer = {
  name: "Redis",
  protocol: "redis",
  prepare: () => lookFor("redis-server", PROGRAM),
  start: async ({ folder }) => {
    const port = await freePort();
    const options = {
      bind: "127.0.0.1",
      port,
      dir: folder,
      save: "",
      appendonly: "yes",
      appendfsync: "always",
      // A rewrite would fall on whichever peer is measured then.
      "auto-aof-rewrite-percentage": 0,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const server = await startServer({ file: PROGRAM, args, folder }, () => isAnswered(port));
    return { pid: server.pid, port, stop: server.end };
  },
};
