import type { AppStatus, HistoryEntry } from "@gateway-engine/protocol/local-control";
import { expect, test } from "vitest";
import { timeOf } from "../src/printing.ts";
import { whyLines } from "../src/why-words.ts";

const AT = 1_795_400_000_000;
const T = timeOf(AT);
const APP: AppStatus = { name: "counter", version: "2", state: "RUNNING", since: AT, ordered: null };

function order(part: Partial<HistoryEntry>, ...states: readonly string[]): HistoryEntry {
  return {
    id: "i",
    verb: "install",
    name: "counter.v3.tar.gz",
    source: "cloud",
    orderedAt: AT,
    state: states.at(-1) ?? "requested",
    message: "",
    steps: ["requested", ...states].map((state) => ({ state, at: AT })),
    ...part,
  };
}

const COMMITTED = order(
  { name: "counter.v2.tar.gz" },
  "downloading",
  "verified",
  "staged",
  "installing",
  "switching",
  "probation",
  "committed",
);
const BEFORE = order({ name: "counter.v1.tar.gz" }, "downloading", "committed");
const INSTALLED = `counter.v2.tar.gz was ordered by the cloud at ${T}, fetched, checked, its script succeeded; it came into force at ${T}.`;

test.each<[string, HistoryEntry, string]>([
  [
    "a script that failed",
    order(
      { message: "install.sh of counter.v3.tar.gz failed: exit status 1; version 2 stays in force" },
      ...["downloading", "verified", "staged", "installing", "rolling-back", "rolled-back"],
    ),
    `counter.v3.tar.gz was ordered by the cloud at ${T}, fetched, checked; it failed at ${T}: install.sh of counter.v3.tar.gz failed: exit status 1; version 2 stays in force.`,
  ],
  [
    "a download under way",
    order({}, "downloading"),
    `counter.v3.tar.gz was ordered by the cloud at ${T}; it is downloading since ${T}.`,
  ],
  [
    "one that waits",
    order({ source: "local" }),
    `counter.v3.tar.gz was ordered on the gateway at ${T}; it waits its turn.`,
  ],
  [
    "a stop",
    order({ verb: "stop", name: "counter", message: "the supervisor has counter as STOPPED" }, "acting", "done"),
    `stop of counter was ordered by the cloud at ${T}; done at ${T}: the supervisor has counter as STOPPED.`,
  ],
])("tells of %s", (_what, latest, sentence) => {
  expect(whyLines(APP, [BEFORE, COMMITTED, latest])).toEqual([
    `counter: version 2 is in force since ${T}; its program is RUNNING.`,
    INSTALLED,
    sentence,
  ]);
});

test("of an application that never came into force, everything is told", () => {
  const failed = order({ message: "no line" }, "downloading", "failed");
  expect(whyLines({ ...APP, version: null, state: "not installed" }, [failed, failed])).toEqual([
    "counter is not installed.",
    `counter.v3.tar.gz was ordered by the cloud at ${T}; it failed at ${T}: no line.`,
    `counter.v3.tar.gz was ordered by the cloud at ${T}; it failed at ${T}: no line.`,
  ]);
});

test.each([
  ["no program", "it has no program"],
  ["unknown", "no supervisor answers"],
])("a program that is %s is put in words", (state, words) => {
  expect(whyLines({ ...APP, state, since: null }, [])).toEqual([`counter: version 2 is in force; ${words}.`]);
});
