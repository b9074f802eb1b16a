import { expect, test } from "vitest";
import { findFaults } from "../../src/spool/fsck.ts";
import { laneOf } from "../../src/spool/lane.ts";
import { MAIN_UPSTREAM } from "../../src/spool/schema.ts";
import { openLocalSpool } from "./local-spool.ts";

/** What is done to a sound queue of three messages, of which the upstream has one. */
const DAMAGES: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["counters of a lane are wrong", ["UPDATE lane SET removed = 0"], /counts 3 messages and has 2/],
  ["a lane is missing", ["DELETE FROM lane"], /2 messages are in lane 5, which is not counted/],
  ["a device is missing", ["DELETE FROM device"], /nothing says who it is/],
  [
    "numbers would be given twice",
    ["UPDATE lane SET next_seq = 2"],
    /would give number 2 again; the next free one is 4/,
  ],
  ["a cursor is beyond the end", ["UPDATE cursor SET next_seq = 99"], /is at number 99 of lane 5, which ends before 4/],
  ["a cursor's counters are wrong", ["UPDATE cursor SET forwarded = 0"], /counts 3 messages .* there are 2/],
  [
    "what was delivered is still there",
    ["UPDATE cursor SET next_seq = 3, forwarded = 2"],
    /1 messages of lane 5 are still there/,
  ],
  [
    "everything but the messages is gone",
    ["DELETE FROM lane", "DELETE FROM device", "DELETE FROM cursor"],
    /not counted/,
  ],
];

test.each(DAMAGES)("when %s, it is found and mended", async (_what, statements, problem) => {
  await using local = await openLocalSpool();
  const { spool, database } = local;
  const { id } = spool.deviceOf({ vendor: "v", model: "m", serial: "s" });
  for (const body of ["a=1", "a=2", "a=3"]) {
    await spool.accept(id, {
      kind: "write",
      alias: "",
      body,
      points: 1,
      span: 1,
      priority: "normal",
      ttlMs: undefined,
    });
  }
  await spool.acknowledge(MAIN_UPSTREAM, laneOf(id, "normal"), { nextSeq: 2, moved: [] });
  expect(findFaults(database)).toEqual([]);

  for (const statement of statements) database.run(statement);
  const problems: string[] = [];
  for (let fault = findFaults(database)[0]; fault !== undefined; fault = findFaults(database)[0]) {
    problems.push(fault.problem);
    fault.repair();
    expect(problems.length).toBeLessThan(10);
  }
  expect(problems.join("\n")).toMatch(problem);
  expect(database.get("SELECT count(*) AS count FROM device")).toEqual({ count: 1 });
  const { queued } = await spool.totals();
  expect(database.get("SELECT count(*) AS count FROM message")).toEqual({ count: queued });
});
