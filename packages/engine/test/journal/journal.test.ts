import { systemClock } from "@gateway-engine/platform/clock";
import { systemRandom } from "@gateway-engine/platform/random";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Committed, type Failed, REQUESTED } from "../../src/install/state.ts";
import { Journal } from "../../src/journal/journal.ts";
import { JOURNAL_SCHEMA } from "../../src/journal/schema.ts";

let journal: Journal;

beforeEach(() => {
  const database = openSqlite(":memory:", JOURNAL_SCHEMA);
  journal = new Journal({ database, clock: systemClock, random: systemRandom });
});

afterEach(() => journal.close());

function committed(version: string): Committed {
  const release = { app: "app", version, contentRoot: "", hasProgram: true };
  return { ...REQUESTED, kind: "committed", release, note: "up", rebooted: false, output: "x".repeat(1000) };
}

const FAILED: Failed = {
  ...REQUESTED,
  kind: "failed",
  failure: { status: "failed", code: "E_DOWNLOAD", message: "no line" },
  notRestored: [],
};

function order(version: string): void {
  journal.receive(`order ${version}`, [{ verb: "install", name: `app.v${version}.tar.gz`, deployment: "d" }]);
  journal.markCleared();
}

function endNext(state: Committed | Failed): void {
  const open = journal.nextOrder();
  if (open?.kind === "install") journal.enter(open.install, state, { status: "ok", message: state.kind });
}

describe("the journal", () => {
  test("holds back installs until their command is known to be gone from the alias", () => {
    journal.receive("text", [{ verb: "install", name: "app.v1.tar.gz" }]);
    expect(journal.nextOrder()).toBeUndefined();
    expect(journal.isUncleared("text")).toBe(true);
    expect(journal.markCleared()).toBe(1);
    expect(journal.isUncleared("text")).toBe(false);
    expect(journal.nextOrder()).toMatchObject({ install: { name: "app.v1.tar.gz" }, state: REQUESTED });
  });

  test("hands out installs one at a time, in the order of the commands and of the items in them", () => {
    journal.receive("one", [
      { verb: "install", name: "a.v1.tar.gz" },
      { verb: "install", name: "b.v1.tar.gz" },
    ]);
    journal.receive("two", [{ verb: "install", name: "c.v1.tar.gz" }]);
    journal.markCleared();
    const names: string[] = [];
    for (let open = journal.nextOrder(); open?.kind === "install"; open = journal.nextOrder()) {
      names.push(open.install.name);
      journal.enter(open.install, FAILED);
    }
    expect(names).toEqual(["a.v1.tar.gz", "b.v1.tar.gz", "c.v1.tar.gz"]);
  });

  test("knows the version that was committed last, and in which order the versions came", () => {
    for (const version of ["1", "2", "1"]) {
      order(version);
      endNext(committed(version));
    }
    order("3");
    endNext(FAILED);
    expect(journal.installedApps()).toEqual([{ name: "app", version: "1" }]);
    expect(journal.committedVersions("app")).toEqual(["1", "2"]);
  });

  test("names the version of each application that was committed last, in the order in which they were first", () => {
    for (const version of ["1", "2", "3"]) {
      order(version);
      endNext(committed(version));
    }
    expect(journal.installedApps()).toEqual([{ name: "app", version: "3" }]);
  });

  test("keeps each result until it is removed, oldest first", () => {
    order("1");
    endNext(committed("1"));
    journal.addResult({ status: "error", message: "later" });
    const first = journal.oldestResult();
    expect(first?.status).toContain("committed");
    journal.removeResult(first?.seq ?? 0);
    expect(journal.oldestResult()?.status).toContain("later");
  });

  test("rejects a command and keeps the report about it in one step", () => {
    journal.receive("nonsense", [], { status: "rejected", message: "not JSON" });
    expect(journal.oldestResult()?.status).toContain("not JSON");
    journal.markCleared();
    expect(journal.nextOrder()).toBeUndefined();
  });

  test("forgets the details of old installs, but not which versions there were", () => {
    for (let round = 0; round < 210; round += 1) {
      order(String(round));
      endNext(round % 2 === 0 ? committed(String(round)) : FAILED);
    }
    const before = journal.transitions(0).length;
    journal.forgetOld();
    expect(journal.transitions(0).length).toBeLessThan(before);
    expect(journal.summaries(1000).length).toBe(205);
    expect(journal.committedVersions("app")).toHaveLength(105);
    journal.forgetOld();
    expect(journal.summaries(1000).length).toBe(205);
  });
});
