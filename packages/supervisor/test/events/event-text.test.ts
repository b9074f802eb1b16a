import { describe, expect, test } from "vitest";
import { EVENT_NAMES, eventsOf, findSubscriptionName, nameOf } from "../../src/events/event-names.ts";
import { deliveryText, payloadOf } from "../../src/events/event-text.ts";
import type { ProcessStateEvent, SupervisorEvent } from "../../src/events/events.ts";
import { STATE_CODES, type StateName } from "../../src/process/state.ts";

const web = { process: "web", group: "shop" };
const state = (from: StateName, to: StateName, more: Partial<ProcessStateEvent> = {}): SupervisorEvent => ({
  ...{ kind: "process-state", ...web, from, to, pid: 7, tries: 0, expected: true, ...more },
});
const said = (kind: "process-log" | "process-communication", data: string | Uint8Array): SupervisorEvent => ({
  ...{ kind, ...web, channel: "stderr", pid: 7, data: Buffer.from(data) },
});

interface Row {
  readonly event: SupervisorEvent;
  readonly name: string;
  readonly payload: string;
}

const at = "processname:web groupname:shop";
const rows: readonly Row[] = [
  {
    event: state("STOPPED", "STARTING"),
    name: "PROCESS_STATE_STARTING",
    payload: `${at} from_state:STOPPED tries:0`,
  },
  {
    event: state("STARTING", "BACKOFF", { tries: 2 }),
    name: "PROCESS_STATE_BACKOFF",
    payload: `${at} from_state:STARTING tries:2`,
  },
  {
    event: state("STARTING", "RUNNING"),
    name: "PROCESS_STATE_RUNNING",
    payload: `${at} from_state:STARTING pid:7`,
  },
  {
    event: state("RUNNING", "EXITED", { expected: false }),
    name: "PROCESS_STATE_EXITED",
    payload: `${at} from_state:RUNNING expected:0 pid:7`,
  },
  {
    event: state("RUNNING", "EXITED"),
    name: "PROCESS_STATE_EXITED",
    payload: `${at} from_state:RUNNING expected:1 pid:7`,
  },
  {
    event: state("RUNNING", "STOPPING"),
    name: "PROCESS_STATE_STOPPING",
    payload: `${at} from_state:RUNNING pid:7`,
  },
  {
    event: state("BACKOFF", "STOPPED", { pid: undefined }),
    name: "PROCESS_STATE_STOPPED",
    payload: `${at} from_state:BACKOFF pid:0`,
  },
  { event: state("BACKOFF", "FATAL"), name: "PROCESS_STATE_FATAL", payload: `${at} from_state:BACKOFF` },
  { event: state("STOPPING", "UNKNOWN"), name: "PROCESS_STATE_UNKNOWN", payload: `${at} from_state:STOPPING` },
  {
    event: said("process-log", "two\nlines"),
    name: "PROCESS_LOG_STDERR",
    payload: `${at} pid:7 channel:stderr\ntwo\nlines`,
  },
  {
    event: said("process-communication", "passage"),
    name: "PROCESS_COMMUNICATION_STDERR",
    payload: `${at} pid:7\npassage`,
  },
  {
    event: { kind: "remote-communication", type: "T", data: "d\ne" },
    name: "REMOTE_COMMUNICATION",
    payload: "type:T\nd\ne",
  },
  { event: { kind: "tick", periodSeconds: 60, when: 120 }, name: "TICK_60", payload: "when:120" },
  {
    event: { kind: "process-group", change: "ADDED", group: "shop" },
    name: "PROCESS_GROUP_ADDED",
    payload: "groupname:shop\n",
  },
  {
    event: { kind: "supervisor-state", state: "STOPPING" },
    name: "SUPERVISOR_STATE_CHANGE_STOPPING",
    payload: "",
  },
];

test.each(rows)("$name is sent as '$payload'", ({ event, name, payload }) => {
  expect(nameOf(event)).toBe(name);
  expect(payloadOf(event)).toBe(payload);
});

test("the line before the payload has the original's names, and the payload's length", () => {
  const event = { kind: "tick", periodSeconds: 5, when: 1795408990 } as const;
  expect(deliveryText({ identifier: "box", serial: 12, pool: "l", poolSerial: 3, event })).toBe(
    "ver:3.0 server:box serial:12 pool:l poolserial:3 eventname:TICK_5 len:15\nwhen:1795408990",
  );
});

describe("what is not ASCII", () => {
  test.each([
    { what: "a letter", data: "gr\u00fcn", shown: "gr\\u00fcn" },
    { what: "a character of two units", data: "\u{1f600}", shown: "\\ud83d\\ude00" },
    {
      what: "a byte that is no UTF-8",
      data: Buffer.from([0x67, 0xfc, 0x27, 0x0a]),
      shown: `Undecodable: b"g\\xfc'\\n"`,
    },
    { what: "both quotes", data: Buffer.from([0xff, 0x27, 0x22]), shown: `Undecodable: b'\\xff\\'"'` },
  ])("$what: characters and bytes of the payload are the same number", ({ data, shown }) => {
    const payload = payloadOf(said("process-log", data));
    expect(payload.split("\n")[1]).toBe(shown);
    expect(Buffer.byteLength(payload)).toBe([...payload].length);
  });

  test("JSON stays what it was", () => {
    const value = { who: "J\u00fcrgen \u{1f600}" };
    const payload = payloadOf(said("process-communication", JSON.stringify(value)));
    expect(JSON.parse(payload.slice(payload.indexOf("\n")))).toEqual(value);
  });
});

describe("a subscription", () => {
  test("to EVENT is one to every event", () => {
    expect([...eventsOf(["EVENT"])]).toEqual(EVENT_NAMES);
  });

  test("to a family is one to its members, and to nothing else", () => {
    expect([...eventsOf(["TICK"])]).toEqual(["TICK_5", "TICK_60", "TICK_3600"]);
    expect(eventsOf(["PROCESS_STATE"]).size).toBe(Object.keys(STATE_CODES).length);
    expect([...eventsOf(["PROCESS_LOG"])]).toEqual(["PROCESS_LOG_STDOUT", "PROCESS_LOG_STDERR"]);
  });

  test("to a family and its member brings the member once", () => {
    expect([...eventsOf(["TICK_5", "TICK", "TICK_5"])]).toEqual(["TICK_5", "TICK_60", "TICK_3600"]);
  });

  test("to what is no event is none", () => {
    expect(["PROCESS", "TICK_6", "", "toString"].map(findSubscriptionName)).toEqual(Array(4).fill(undefined));
  });
});
