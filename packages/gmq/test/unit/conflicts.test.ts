import fc from "fast-check";
import { expect, test } from "vitest";
import { type Batch, makeBatch } from "../../src/forwarder/batch.ts";
import { moveConflicts } from "../../src/forwarder/conflicts.ts";

const LANE = 5;

test.each([
  { what: "the point that is named moves to the next second", times: ["100.5"], refused: ["100.5"], to: ["101"] },
  { what: "a server that keeps whole seconds names those", times: ["100.5"], refused: ["100"], to: ["101"] },
  {
    what: "points behind it make room",
    times: ["100.1", "100.9", "101.5"],
    refused: ["100.1"],
    to: ["101", "102", "103"],
  },
  {
    what: "points that are far enough stay",
    times: ["100", "100.2", "200"],
    refused: ["100.2"],
    to: ["100", "101", "200"],
  },
  {
    what: "a record of an older time stays, and those behind it make room",
    times: ["100.1", "50", "100.2"],
    refused: ["100.1"],
    to: ["101", "50", "102"],
  },
  { what: "an answer that names nothing means all", times: ["100", "200"], refused: [], to: ["101", "201"] },
  { what: "an answer that names something else means all", times: ["100", "200"], refused: ["7"], to: ["101", "201"] },
])("$what", ({ times, refused, to }) => {
  const conflicts = new Map(refused.length === 0 ? [] : [["a", refused]]);
  expect(moveConflicts(batchAt(times), conflicts, 1).points.map(({ timestamp }) => timestamp)).toEqual(to);
});

test("each further try moves twice as far", () => {
  const to = [1, 2, 3, 4].map((attempt) => moveConflicts(batchAt(["100"]), new Map(), attempt).points[0]?.timestamp);
  expect(to).toEqual(["101", "102", "104", "108"]);
});

test("when all are moved, no two are within a second, and values, order and numbers stay", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 20 }), (micros) => {
      const times = micros.sort((a, b) => a - b).map((time) => (time / 1_000_000).toFixed(6));
      const before = batchAt(times);
      const after = moveConflicts(before, new Map(), 1);
      const moved = after.points.map(({ timestamp }) => Number(timestamp));
      for (const [index, time] of moved.entries()) {
        if (index > 0) expect(time - (moved[index - 1] ?? 0)).toBeGreaterThanOrEqual(1);
      }
      expect(after.points.map(({ value }) => value)).toEqual(before.points.map(({ value }) => value));
      expect([after.first, after.last]).toEqual([before.first, before.last]);
    }),
  );
});

function batchAt(times: readonly string[]): Batch {
  const body = times.map((time, index) => `${time}=${index}`).join("&");
  const batch = makeBatch(LANE, [{ kind: "record", alias: "a", body, seq: 1, points: times.length, at: 0 }]);
  if (batch === undefined) throw new Error("a batch has a message");
  return batch;
}
