import { expect, test } from "vitest";
import { RestartCounts } from "../../src/apps/restart-counts.ts";

function started(start: number, name = "app") {
  return { name, group: "app", statename: "RUNNING", exitstatus: 0, start, now: 0, pid: 1 };
}

test("every other time of a start is a restart", () => {
  const counts = new RestartCounts();
  const seen = [0, 1000, 1000, 1005, 1005, 0, 1020].map((start) => counts.count([started(start)]).get("app"));
  expect(seen).toEqual([0, 0, 0, 1, 1, 2, 2]);
});

test("processes of one program are counted apart, and what is gone is forgotten", () => {
  const counts = new RestartCounts();
  counts.count([started(1, "one"), started(1, "two")]);
  expect(counts.count([started(2, "one"), started(1, "two")])).toEqual(
    new Map([
      ["app:one", 1],
      ["app:two", 0],
    ]),
  );
  counts.count([]);
  expect(counts.count([started(3, "one")])).toEqual(new Map([["app:one", 0]]));
});
