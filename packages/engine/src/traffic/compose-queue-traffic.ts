import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { onTheWire } from "@gateway-engine/telemetry/traffic/wire-estimate";
import { askQueueTraffic } from "../components/ask-queue.ts";
import type { Workshop } from "../workshop.ts";
import { QueueTraffic } from "./queue-traffic.ts";

/** @param server the address that the queue sends to, as far as the engine knows */
export function queueTrafficOf({ http, paths, traffic, log }: Workshop, server: () => string): QueueTraffic {
  return new QueueTraffic({
    ask: (signal) => askQueueTraffic(http, paths.gmqSocket, signal),
    book: traffic,
    interface: () => traffic.towards(server()),
    onTheWire,
    files: nodeFiles,
    file: `${paths.stateDir}/queue-traffic.json`,
    clock: systemClock,
    log: log.named("traffic"),
  });
}
