import { join } from "node:path";
import { systemClock } from "@gateway-engine/platform/clock";
import { systemRandom } from "@gateway-engine/platform/random";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, expect, test } from "vitest";
import { type InstallState, REQUESTED, type ReleaseSignature } from "../../src/install/state.ts";
import { Journal } from "../../src/journal/journal.ts";
import { JOURNAL_SCHEMA } from "../../src/journal/schema.ts";
import { KnownTime } from "../../src/trust/known-time.ts";
import { RollbackFloors } from "../../src/trust/rollback-floors.ts";

const HOUR = 3_600_000;

test("the known time never goes back, and over a restart loses less than an hour", () => {
  using folder = temporaryFolder("trust");
  const file = join(folder.path, "journal.db");
  const told = [5 * HOUR, 3 * HOUR, 5 * HOUR + 1000, 7 * HOUR, 7.9 * HOUR];
  const first = openSqlite(file, JOURNAL_SCHEMA);
  const time = new KnownTime(first);
  const latest = told.map((at) => {
    time.note(at);
    return time.latest;
  });
  first.close();
  expect(latest).toEqual([5 * HOUR, 5 * HOUR, 5 * HOUR + 1000, 7 * HOUR, 7.9 * HOUR]);
  const second = openSqlite(file, JOURNAL_SCHEMA);
  const again = new KnownTime(second);
  expect(again.latest).toBe(7 * HOUR);
  again.note(0);
  expect(again.latest).toBe(7 * HOUR);
  second.close();
});

describe("the rollback floor", () => {
  function withEnds(
    ...ends: readonly (readonly ["committed" | "failed", ReleaseSignature | undefined])[]
  ): number | undefined {
    const database = openSqlite(":memory:", JOURNAL_SCHEMA);
    const journal = new Journal({ database, clock: systemClock, random: systemRandom });
    for (const [kind, signature] of ends) {
      journal.receiveLocal([{ verb: "install", name: "app.v1.tar.gz", source: "/app.v1.tar.gz" }]);
      const open = journal.nextOrder();
      const release = { app: "app", version: "1", contentRoot: "", hasProgram: false, ...(signature && { signature }) };
      const state: InstallState =
        kind === "committed"
          ? { ...REQUESTED, kind, release, note: "", rebooted: false }
          : { ...REQUESTED, kind, failure: { status: "failed", code: "E_BUG", message: "" }, notRestored: [] };
      if (open?.kind === "install") journal.enter(open.install, state);
    }
    const floor = new RollbackFloors(database).of("app");
    expect(new RollbackFloors(database).of("other")).toBeUndefined();
    journal.close();
    return floor;
  }

  const floor = (value: number): ReleaseSignature => ({ keys: [], sequence: value + 1, floor: value });
  test.each([
    { what: "is missing at first", ends: [], expected: undefined },
    {
      what: "is not made by a release that asks for none",
      ends: [["committed", undefined]] as const,
      expected: undefined,
    },
    { what: "is raised by a committed release", ends: [["committed", floor(3)]] as const, expected: 3 },
    {
      what: "is raised again, and never lowered",
      ends: [
        ["committed", floor(3)],
        ["committed", floor(7)],
        ["committed", floor(5)],
      ] as const,
      expected: 7,
    },
    { what: "is not raised by an install that failed", ends: [["failed", floor(3)]] as const, expected: undefined },
  ])("$what", ({ ends, expected }) => {
    expect(withEnds(...ends)).toBe(expected);
  });
});
