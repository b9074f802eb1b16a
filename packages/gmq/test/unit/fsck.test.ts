import { expect, test } from "vitest";
import { findFaults, repairFaults } from "../../src/spool/fsck.ts";
import { laneOf } from "../../src/spool/lane.ts";
import { MAIN_UPSTREAM } from "../../src/spool/schema.ts";
import { openLocalSpool } from "./local-spool.ts";

/** What is done to a sound queue of three messages, of which the upstream has one. */
const DAMAGES: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["counters of a lane are wrong", ["UPDATE lane SET removed = 0"], /counts 3 messages and has 2/],
  ["a lane is missing", ["DELETE FROM lane"], /lane 5 has 2 messages and no counters/],
  ["a device is missing", ["DELETE FROM device"], /nothing says who it is/],
  [
    "numbers would be given twice",
    ["UPDATE lane SET next_seq = 2"],
    /would give number 2 again; the next free one is 4/,
  ],
  [
    "a cursor is beyond the end",
    ["UPDATE cursor SET next_seq = 99"],
    /the next free one is 99\n.*counts 2 messages .* there are 0; it may not have/,
  ],
  ["a cursor is too far", ["UPDATE cursor SET next_seq = 4"], /counts 2 messages .* there are 0; it may not have/],
  ["a cursor is missing", ["DELETE FROM cursor"], /counts 3 messages .* there are 2/],
  ["the upstream is missing", ["DELETE FROM upstream"], /own server is not among the upstreams/],
  [
    "an upstream is missing",
    ["INSERT INTO cursor (upstream, lane, next_seq) VALUES (7, 5, 1)"],
    /which server upstream 7/,
  ],
  ["an era is missing", ["UPDATE message SET era = 3"], /2 of message are of era 3/],
  ["a number is none", ["UPDATE cursor SET next_seq = 'torn'"], /1 of cursor have something else/],
  ["an expiry is none", ["UPDATE message SET expires_at = 'torn'"], /2 of message have something else/],
  ["a message has no kind", ["UPDATE message SET kind = 'w', body = 'text'"], /2 of message do not say what they are/],
  ["a message reaches into the next", ["UPDATE message SET points = 3"], /number 2 of lane 5 reaches into the next/],
  ["a message has too many points", ["UPDATE message SET points = 50 WHERE seq = 3"], /has 50 points/],
  ["the name is missing", ["DELETE FROM spool"], /0 names/],
  ["a moved point is torn", ["UPDATE cursor SET moved = '[{'"], /at other times cannot be read/],
  ["a CIK is torn", ["UPDATE device SET cik = 'x\ny'"], /the CIK of device 1 is none/],
  ["the thinning is torn", ["INSERT INTO thinning VALUES ('', 1, 2, 1)"], /thinning cannot be read/],
  ["a cursor's counters are wrong", ["UPDATE cursor SET forwarded = 0"], /counts 3 messages .* there are 2/],
  [
    "everything but the messages is gone",
    ["DELETE FROM lane", "DELETE FROM device", "DELETE FROM cursor"],
    /2 messages and no counters/,
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
  const problems = repairFaults(database);
  expect(findFaults(database)).toEqual([]);
  expect(problems.join("\n")).toMatch(problem);
  expect(database.get("SELECT count(*) AS count FROM device")).toEqual({ count: 1 });
  const { queued } = await spool.totals();
  expect(database.get("SELECT count(*) AS count FROM message")).toEqual({ count: queued });
  expect(queued).toBe(2);
});

test("a lane of which only a cursor is left does not give its numbers again", async () => {
  await using local = await openLocalSpool();
  const { spool, database } = local;
  database.run("INSERT INTO cursor (upstream, lane, next_seq) VALUES (1, 5, 50)");
  const name = spool.id;
  expect(repairFaults(database).join("\n")).toMatch(/lane 5 has 0 messages and no counters/);
  expect(database.get("SELECT next_seq FROM lane WHERE id = 5")).toEqual({ next_seq: 50 });
  expect(database.get("SELECT id FROM spool")).not.toEqual({ id: name });
});
