import { expect, test } from "vitest";
import { familiesOf } from "../../src/apps/families.ts";
import type { ProcessStat } from "../../src/apps/process-stat.ts";

function process(pid: number, parent: number, group = pid, session = group): ProcessStat {
  return { pid, parent, group, session, cpuTicks: 0, startTicks: pid };
}

test.each([
  ["itself", [process(10, 1)], [10]],
  ["what it has started", [process(10, 1), process(11, 10), process(12, 11, 12)], [10, 11, 12]],
  ["what lost its parent and is still in its session", [process(10, 1), process(12, 1, 12, 10)], [10, 12]],
  ["what lost its parent and is still in its process group", [process(10, 1, 10, 1), process(12, 1, 10, 1)], [10, 12]],
  ["nothing that has left all of these", [process(10, 1), process(12, 1)], [10]],
  ["nothing of another program that it has started", [process(10, 1), process(20, 10), process(21, 20)], [10]],
  ["nothing by a list that leads in a circle", [process(10, 1), process(12, 13), process(13, 12)], [10]],
])("a program is made of %s", (_what, processes, expected) => {
  const family = familiesOf(processes, new Set([10, 20])).get(10);
  expect(family?.map(({ pid }) => pid)).toEqual(expected);
});

test("a program that has ended is made of nothing, whoever is left of its session", () => {
  expect(familiesOf([process(12, 1, 12, 10)], new Set([10])).size).toBe(0);
});
