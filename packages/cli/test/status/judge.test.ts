import { expect, test } from "vitest";
import { paintFor } from "../../src/paint.ts";
import type { GatewayState } from "../../src/status/gateway-state.ts";
import { troublesOf } from "../../src/status/judge.ts";
import { openFailures } from "../../src/status/open-failures.ts";
import { statusLines } from "../../src/status/show.ts";

const AT = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;

const WELL: GatewayState = {
  at: AT,
  identity: { vendor: "p1", model: "p1", uuid: "sn" },
  activated: true,
  server: "https://p1.example.com",
  serverAnsweredAt: AT - 12_000,
  updateInterval: 60,
  clock: { sane: true, synchronised: true },
  interfaces: [{ name: "eth0", mac: "00:2F:AC:43:55:A0", addresses: ["192.168.1.5/24"] }],
  disk: { total: 10e9, available: 5e9 },
  memory: { total: 512e6, available: 200e6 },
  engine: { version: "2.0.0", pid: 579 },
  programs: [{ group: "gwe", name: "gwe", state: "RUNNING", exitStatus: 0, description: "pid 579" }],
  queue: { version: "2.0.0", queued: 0, oldestAt: null, setAside: 0, upstreams: [] },
  apps: [],
  installing: [],
  failures: [],
  trust: { keys: 0, threshold: 0, required: false },
  problems: [],
};

function order(name: string, state: string, message = "") {
  return { id: name, verb: "install", name, source: "cloud", orderedAt: AT, state, message, steps: [] } as const;
}

test("a gateway that is well has no troubles, and the screen says so", () => {
  expect(troublesOf(WELL)).toEqual([]);
  expect(statusLines(WELL, [], paintFor({}, {})).at(-1)).toBe("all is well");
});

const program = { group: "counter", name: "counter", exitStatus: 0, description: "" };

test.each<[string, Partial<GatewayState>, RegExp]>([
  ["a clock in 1970", { clock: { sane: false, synchronised: null } }, /clock of this machine is wrong/],
  ["a clock that nobody keeps right", { clock: { sane: true, synchronised: false } }, /not synchronised/],
  ["no address", { interfaces: [{ name: "eth0", mac: "", addresses: ["fe80::1/64"] }] }, /no network interface/],
  ["no supervisor", { programs: null }, /supervisord does not run/],
  ["no engine", { engine: null, serverAnsweredAt: null }, /gwe, the engine, does not run/],
  ["no product", { identity: { vendor: "", model: "", uuid: "" } }, /which product/],
  ["not activated", { activated: false }, /has not activated sn/],
  ["a server that never answered", { serverAnsweredAt: null }, /has not answered since the engine was started/],
  ["a server that is silent", { serverAnsweredAt: AT - HOUR }, /has not answered for 1 h 0 min/],
  ["no queue", { queue: null }, /applications cannot hand in data/],
  [
    "old data",
    { queue: { version: "2", queued: 3, oldestAt: AT - 2 * HOUR, setAside: 0, upstreams: [] } },
    /data waits for 2 h 0 min/,
  ],
  ["data set aside", { queue: { version: "2", queued: 0, oldestAt: null, setAside: 4, upstreams: [] } }, /4 messages/],
  ["a program that cannot be kept running", { programs: [{ ...program, state: "FATAL" }] }, /counter is FATAL/],
  ["a program that ended badly", { programs: [{ ...program, state: "EXITED", exitStatus: 1 }] }, /counter is EXITED/],
  ["a full disk", { disk: { total: 100, available: 9 } }, /disk is nearly full/],
  ["a full memory", { memory: { total: 100, available: 4 } }, /memory is nearly used up/],
  [
    "a failed install",
    { failures: [order("counter.v3.tar.gz", "failed", "exit 1")] },
    /install counter.v3.tar.gz: exit 1/,
  ],
  ["a broken file", { problems: ["Engine.config, line 2: nonsense"] }, /line 2: nonsense/],
])("%s is a trouble, with what to do about it", (_title, change, expected) => {
  const troubles = troublesOf({ ...WELL, ...change });
  expect(troubles).toHaveLength(1);
  expect(troubles[0]?.what).toMatch(expected);
  expect(troubles[0]?.mend).not.toBe("");
});

test.each<[string, Partial<GatewayState>]>([
  ["a program that ended well", { programs: [{ ...program, state: "EXITED" }] }],
  ["a program that somebody stopped", { programs: [{ ...program, state: "STOPPED" }] }],
  ["a server that is asked every four hours", { updateInterval: 14_400, serverAnsweredAt: AT - 4 * HOUR }],
  ["a clock of which nobody tells whether it is kept right", { clock: { sane: true, synchronised: null } }],
])("%s is none", (_title, change) => {
  expect(troublesOf({ ...WELL, ...change })).toEqual([]);
});

test("a failure counts until something later goes well for the same application", () => {
  const orders = [
    order("a.v1.tar.gz", "failed"),
    order("b.v1.tar.gz", "rolled-back"),
    order("a.v2.tar.gz", "committed"),
  ];
  expect(openFailures(orders).map(({ name }) => name)).toEqual(["b.v1.tar.gz"]);
});

test("colours are for screens whose user wants them", () => {
  expect(paintFor({ colours: true }, {})("red", "x")).toBe("\u001b[31mx\u001b[0m");
  expect(paintFor({ colours: true }, { NO_COLOR: "1" })("red", "x")).toBe("x");
  expect(paintFor({ colours: true }, { TERM: "dumb" })("red", "x")).toBe("x");
  expect(paintFor({}, {})("red", "x")).toBe("x");
});
