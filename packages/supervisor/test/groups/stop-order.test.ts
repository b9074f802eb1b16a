import { describe, expect, test } from "vitest";
import type { StopOrder } from "../../src/config/extras.ts";
import { stopBatches } from "../../src/groups/stop-order.ts";

const process = (name: string, priority: number) => ({ name, config: { priority } });

function group(priority: number, ...processes: readonly ReturnType<typeof process>[]) {
  return { config: { priority }, byPriority: () => processes };
}

const GROUPS = [
  group(1, process("db", 1)),
  group(5, process("api1", 1), process("api2", 2), process("api3", 2)),
  group(5, process("web", 2)),
  group(9, process("edge", 9)),
];

const ROWS: readonly { order: StopOrder; occasion: "shutdown" | "request"; stops: string }[] = [
  { order: "original", occasion: "shutdown", stops: "edge, web, api3+api2+api1, db" },
  { order: "original", occasion: "request", stops: "db+api1+api2+api3+web+edge" },
  { order: "reverse", occasion: "shutdown", stops: "edge, api2+api3+web, api1, db" },
  { order: "reverse", occasion: "request", stops: "edge, api2+api3+web, api1, db" },
  { order: "parallel", occasion: "shutdown", stops: "db+api1+api2+api3+web+edge" },
  { order: "parallel", occasion: "request", stops: "db+api1+api2+api3+web+edge" },
];

describe("the order in which processes are stopped", () => {
  test.each(ROWS)("$order, $occasion: $stops", ({ order, occasion, stops }) => {
    const batches = stopBatches(GROUPS, order, occasion);
    expect(batches.map((batch) => batch.map(({ name }) => name).join("+")).join(", ")).toBe(stops);
  });
});
