import { join } from "node:path";
import type { Clock } from "@gateway-engine/core/clock";
import { silentLogger } from "@gateway-engine/core/logger";
import { sameFiles } from "@gateway-engine/platform/same-files";
import { setAsideDatabase } from "@gateway-engine/platform/set-aside-database";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { onTestFinished } from "vitest";
import { TrafficBook } from "../../src/traffic/traffic-book.ts";
import type { TrafficEntry } from "../../src/traffic/traffic-entry.ts";
import { TRAFFIC_SCHEMA } from "../../src/traffic/traffic-schema.ts";
import { MAX_PURPOSES, TrafficStore } from "../../src/traffic/traffic-store.ts";

export const NOON: number = Date.UTC(2026, 10, 23, 12);

export function entry(change: Partial<TrafficEntry> = {}): TrafficEntry {
  const bytes = { received: 100, sent: 10, wireReceived: 152, wireSent: 62 };
  return { application: "gwe", purpose: "timestamp", interface: "eth0", requests: 1, exact: true, ...bytes, ...change };
}

/** Where a book lies, with the clock that it is kept by. */
export class Desk {
  readonly file: string;
  readonly warnings: string[] = [];
  now: number = NOON;
  maxPurposes: number = MAX_PURPOSES;
  /** Stands before every opening of the file. */
  beforeOpen: () => void = () => {};

  constructor() {
    const folder = temporaryFolder("traffic-book");
    onTestFinished(() => folder.remove());
    this.file = join(folder.path, "traffic.db");
  }

  /** Another program's book over the same file: one that is left without `close` is one whose program was killed. */
  open(): TrafficBook {
    const clock: Pick<Clock, "now"> = { now: () => this.now };
    const log = { ...silentLogger, warn: (message: string) => void this.warnings.push(message) };
    return new TrafficBook({
      clock,
      open: () => {
        this.beforeOpen();
        const store = new TrafficStore(openSqlite(this.file, TRAFFIC_SCHEMA), this.maxPurposes);
        return { store, isInPlace: sameFiles([this.file]) };
      },
      setAside: () => setAsideDatabase(this.file),
      log,
    });
  }
}
