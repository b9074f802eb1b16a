import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, isAnswered, startServer } from "../../machine/server-process.ts";
import type { QueuePeer, RunningQueue, Setting } from "../peer.ts";
import { lookFor } from "./debian-package.ts";

/** A quorum queue on one node: a confirmed message is in the log of the queue, synced; messages that come together share a sync. */
export const rabbitmq: QueuePeer = {
  name: "RabbitMQ",
  protocol: "amqp",
  prepare: () => lookFor("rabbitmq-server", PROGRAM),
  start,
};

/** Without Debian's wrapper, which runs it as a user of its own and in folders of its own. */
const PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server";

async function start({ folder }: Setting): Promise<RunningQueue> {
  // The directory of Erlang nodes; without one of our own, RabbitMQ would start one that outlives it.
  const epmdPort = await freePort();
  mkdirSync(join(folder, "epmd"));
  const directory = await startServer(
    { file: "epmd", args: ["-address", "127.0.0.1", "-port", String(epmdPort)], folder: join(folder, "epmd") },
    () => isAnswered(epmdPort),
  );
  const port = await freePort();
  const env = await environment(folder, { port, epmdPort });
  const server = await startServer({ file: PROGRAM, args: [], env, folder }, (said) =>
    said.includes("completed with"),
  ).catch(async (error: unknown) => {
    await directory.end();
    throw error;
  });
  return {
    pid: server.pid,
    port,
    stop: async () => {
      await server.end();
      await directory.end();
    },
  };
}

async function environment(
  folder: string,
  { port, epmdPort }: { readonly port: number; readonly epmdPort: number },
): Promise<Readonly<Record<string, string>>> {
  const config = join(folder, "rabbitmq.conf");
  writeFileSync(config, `listeners.tcp.1 = 127.0.0.1:${port}\n`);
  writeFileSync(join(folder, "enabled_plugins"), "[].\n");
  return {
    HOME: folder,
    RABBITMQ_NODENAME: `bench-${process.pid}@localhost`,
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_MNESIA_BASE: join(folder, "data"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_PID_FILE: join(folder, "pid"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
  };
}
