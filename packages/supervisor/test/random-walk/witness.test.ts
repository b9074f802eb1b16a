import { describe, expect, test } from "vitest";
import { readAccount } from "./witness.ts";

const ADDED = "PROCESS_GROUP_ADDED groupname:web";
const STARTING = "PROCESS_STATE_STARTING processname:web groupname:web from_state:STOPPED tries:0";
const RUNNING = "PROCESS_STATE_RUNNING processname:web groupname:web from_state:STARTING pid:7";
const EXITED = "PROCESS_STATE_EXITED processname:web groupname:web from_state:RUNNING expected:1 pid:7";
const REMOVED = "PROCESS_GROUP_REMOVED groupname:web";

/** @param events each with its number, which is its place where nothing else is said */
function noted(...events: readonly (string | readonly [number, string])[]): string {
  return events
    .map((event, index) => (typeof event === "string" ? ([index, event] as const) : event))
    .map(([number, event]) => {
      const [eventname, ...payload] = event.split(" ");
      return `${JSON.stringify({ poolserial: String(number), eventname, payload: payload.join(" ") })}\n`;
    })
    .join("");
}

describe("the account of a witness", () => {
  test.each([
    ["a whole run", noted(ADDED, STARTING, RUNNING, EXITED, REMOVED)],
    ["an event that was told twice", noted(ADDED, STARTING, [1, STARTING], [2, RUNNING])],
    ["another daemon, which counts from 0", noted(ADDED, STARTING, RUNNING, [0, ADDED], [1, STARTING])],
    ["a process of a group that was removed and added again", noted(STARTING, RUNNING, EXITED, REMOVED, STARTING)],
  ])("is free of contradictions with %s", (_what, account) => {
    expect(readAccount(account).contradictions).toEqual([]);
  });

  test.each([
    ["event 1 came before", noted(ADDED, STARTING, [3, EXITED])],
    ["two events of this number", noted(ADDED, STARTING, [1, RUNNING])],
    ["it was STOPPED", noted(ADDED, RUNNING)],
    ["there is no such arrow", noted(STARTING, RUNNING, STARTING.replace("STOPPED", "RUNNING"))],
    ["its pid was 7", noted(STARTING, RUNNING, EXITED.replace("pid:7", "pid:8"))],
    ["it was RUNNING", noted(STARTING, RUNNING, REMOVED, ADDED, STARTING)],
  ])("contradicts itself: %s", (what, account) => {
    expect(readAccount(account).contradictions[0]).toContain(what);
  });

  test("names who is not settled after the last event", () => {
    expect(readAccount(noted(ADDED, STARTING, RUNNING)).unsettled).toEqual(["web:web is RUNNING after the last event"]);
    expect(readAccount(noted(ADDED, STARTING, RUNNING, EXITED)).unsettled).toEqual([]);
  });
});
