import type { Logger } from "@gateway-engine/core/logger";
import { thisBoot } from "@gateway-engine/platform/boot";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { sameFiles } from "@gateway-engine/platform/same-files";
import { setAsideDatabase } from "@gateway-engine/platform/set-aside-database";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { GatewayTraffic } from "@gateway-engine/telemetry/traffic/gateway-traffic";
import { TrafficBook } from "@gateway-engine/telemetry/traffic/traffic-book";
import { TRAFFIC_SCHEMA } from "@gateway-engine/telemetry/traffic/traffic-schema";
import { TrafficStore } from "@gateway-engine/telemetry/traffic/traffic-store";

/** The traffic of this machine, in the book that lies at `file`; the file is opened when it is first needed. */
export function openTraffic(file: string, log: Logger): GatewayTraffic {
  const book = new TrafficBook({
    clock: systemClock,
    open: () => {
      const store = new TrafficStore(openSqlite(file, TRAFFIC_SCHEMA, { toleratesNewer: true }));
      return { store, isInPlace: sameFiles([file]) };
    },
    setAside: () => setAsideDatabase(file),
    log,
  });
  return new GatewayTraffic({ book, files: nodeFiles, root: "/", clock: systemClock, boot: thisBoot(), log });
}
