import { expect, test } from "vitest";
import type { Row, Target, Value } from "../src/measurement.ts";
import { formatNumber, formatTable } from "../src/report/table.ts";
import { verdictOf } from "../src/report/verdict.ts";

const row = (values: Record<string, Value>, ...targets: readonly Target[]): Row => ({
  figure: "start",
  unit: "ms",
  values: new Map(Object.entries(values)),
  targets,
});

test("a table has a column a peer, with its ratio to the first, and says whether the target is met", () => {
  const rows = [
    row({ ours: 50, other: 200 }, { kind: "no-more-than", peer: "other" }),
    row({ ours: 2, other: { moreThan: 20_000 } }, { kind: "below", limit: 1 }),
    row({ ours: 0.5, other: { none: "no such thing" } }),
    row({ ours: 7 }),
  ];
  expect(formatTable(rows, ["ours", "other"])).toBe(
    [
      "             ours          other    target",
      "start (ms)   50.0    200 [x4.00]  <= other     met",
      "start (ms)   2.00        > 20000    < 1 ms  missed",
      "start (ms)  0.500  no such thing",
      "start (ms)   7.00              -",
      "",
    ].join("\n"),
  );
});

test("further targets of a figure are below the first", () => {
  const share: Target = { kind: "no-less-than", peer: "other", share: 0.4 };
  expect(formatTable([row({ ours: 50, other: 100 }, share, { kind: "at-least", limit: 60 })], ["ours", "other"])).toBe(
    [
      "            ours        other        target",
      "start (ms)  50.0  100 [x2.00]  >= 0.4 other     met",
      "                                   >= 60 ms  missed",
      "",
    ].join("\n"),
  );
});

test.each([
  [0, "0"],
  [0.0123, "0.012"],
  [1.005, "1.00"],
  [23.25, "23.3"],
  [1012.4, "1012"],
])("%d is shown as %s", (value, shown) => {
  expect(formatNumber(value)).toBe(shown);
});

test.each([
  { own: 17.9, other: 0, target: { kind: "below", limit: 18 }, verdict: "met" },
  { own: 18, other: 0, target: { kind: "below", limit: 18 }, verdict: "missed" },
  { own: 5, other: 5, target: { kind: "no-more-than", peer: "other" }, verdict: "met" },
  { own: 6, other: 5, target: { kind: "no-more-than", peer: "other" }, verdict: "missed" },
  { own: 6, other: { moreThan: 20 }, target: { kind: "no-more-than", peer: "other" }, verdict: "met" },
  { own: 90, other: 100, target: { kind: "no-less-than", peer: "other" }, verdict: "missed" },
  { own: 100, other: 90, target: { kind: "no-less-than", peer: "other" }, verdict: "met" },
  { own: 60, other: 100, target: { kind: "no-less-than", peer: "other", share: 0.6 }, verdict: "met" },
  { own: 59, other: 100, target: { kind: "no-less-than", peer: "other", share: 0.6 }, verdict: "missed" },
  { own: 60, other: 0, target: { kind: "at-least", limit: 60 }, verdict: "met" },
  { own: 59, other: 0, target: { kind: "at-least", limit: 60 }, verdict: "missed" },
  { own: 100, other: { none: "missing" }, target: { kind: "no-less-than", peer: "other" }, verdict: "unknown" },
] as const)("$own beside $other is $verdict for $target.kind", ({ own, other, target, verdict }) => {
  expect(verdictOf("ours", target, new Map<string, Value>(Object.entries({ ours: own, other })))).toBe(verdict);
});
