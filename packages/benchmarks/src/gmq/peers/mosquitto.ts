import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, isAnswered, startServer } from "../../machine/server-process.ts";
import type { QueuePeer } from "../peer.ts";
import { lookFor } from "./debian-package.ts";

const PROGRAM = "/usr/sbin/mosquitto";

/** As Debian configures it: messages are in memory, and in a file every half hour. */
export const mosquitto: QueuePeer = {
  name: "Mosquitto",
  protocol: "mqtt",
  prepare: () => lookFor("mosquitto", PROGRAM),
  start: async ({ folder }) => {
    const port = await freePort();
    const file = join(folder, "mosquitto.conf");
    writeFileSync(
      file,
      [
        `listener ${port} 127.0.0.1`,
        "allow_anonymous true",
        "persistence true",
        `persistence_location ${folder}/`,
        "",
      ].join("\n"),
    );
    const server = await startServer({ file: PROGRAM, args: ["-c", file], folder }, () => isAnswered(port));
    return { pid: server.pid, port, stop: server.end };
  },
};
