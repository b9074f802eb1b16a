import { readRootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { describe, expect, test } from "vitest";
import { judgeInodes, judgeRoom } from "../../src/doctor/disk.ts";
import { judgeQueue } from "../../src/doctor/queue.ts";
import { judgeRuntime } from "../../src/doctor/runtime.ts";
import { judgeTime } from "../../src/doctor/server.ts";
import { judgeProgram } from "../../src/doctor/supervisor.ts";
import { judgeCertificate } from "../../src/doctor/tls.ts";
import { judgeTrust } from "../../src/doctor/trust.ts";
import { isSaneTime, leapStatus, ntpLeap, yesOrNo } from "../../src/machine-clock.ts";

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;

test.each([
  [50, "ok"],
  [9, "warn"],
  [2, "fail"],
])("%d %% of the disk free: %s", (available, level) => {
  expect(judgeRoom("at /", available, 100).level).toBe(level);
});

test.each([
  [50, []],
  [9, ["warn"]],
  [2, ["fail"]],
])("%d %% of the inodes free: %j", (free, levels) => {
  expect(judgeInodes("/", free, 100).map(({ level }) => level)).toEqual(levels);
});

test.each([
  ["22.12.0", "fail"],
  ["22.13.0", "ok"],
  ["24.1.0", "ok"],
  ["20.19.0", "fail"],
])("Node %s: %s", (node, level) => {
  expect(judgeRuntime(node, "").level).toBe(level);
});

test.each([
  [0, "ok"],
  [-59_000, "ok"],
  [61_000, "warn"],
  [-2 * 3_600_000, "fail"],
])("a clock that is %d ms off: %s", (ahead, level) => {
  expect(judgeTime("https://x", ahead).level).toBe(level);
});

describe("a certificate", () => {
  const certificate = { subject: "x", issuer: "y", validFrom: 0, validTo: NOW + 90 * DAY, problem: undefined };
  test.each([
    ["that is trusted", {}, "ok"],
    ["that ends in 13 days", { validTo: NOW + 13 * DAY }, "warn"],
    ["that has expired", { validTo: NOW - 2 * DAY, problem: "cert has expired" }, "fail"],
    ["of an unknown authority", { problem: "self signed certificate" }, "fail"],
  ])("%s", (_title, change, level) => {
    expect(judgeCertificate({ ...certificate, ...change }, NOW).level).toBe(level);
  });
});

test.each([
  ["RUNNING", 0, []],
  ["STOPPED", 0, []],
  ["EXITED", 0, []],
  ["EXITED", 1, ["warn"]],
  ["BACKOFF", 0, ["warn"]],
  ["FATAL", 0, ["fail"]],
])("a program that is %s with status %d: %j", (statename, exitstatus, levels) => {
  const program = { group: "a", name: "a", statename, exitstatus, description: "", spawnerr: "" };
  expect(judgeProgram(program).map(({ level }) => level)).toEqual(levels);
});

describe("the queue", () => {
  const none = { forwarded: 0, setAside: 0, dropped: 0, expired: 0, discarded: 0, refused: 0, estimated: 0 };
  const queue = { version: "2.0.0", pid: 1, queued: 0, oldestAt: null, upstreams: [], ...none };
  test.each([
    ["that is empty", {}, ["ok"]],
    ["whose data is fresh", { queued: 2, oldestAt: NOW - 1000 }, ["ok"]],
    ["whose data is old", { queued: 2, oldestAt: NOW - DAY }, ["warn"]],
    ["that is full", { refused: 3 }, ["ok", "fail"]],
    ["that lost data", { dropped: 3, setAside: 1 }, ["ok", "warn", "warn"]],
  ])("%s", (_title, change, levels) => {
    expect(judgeQueue({ ...queue, ...change }, NOW).map(({ level }) => level)).toEqual(levels);
  });
});

describe("trust", () => {
  const statement = { _type: "root", version: 1, threshold: 1, keys: [], revoked: [], issued: "2026-01-01T00:00:00Z" };
  function root(expires?: string) {
    const read = readRootStatement({ ...statement, ...(expires === undefined ? {} : { expires }) });
    if (!read.ok) throw new Error(read.problem);
    const key = { id: "k", name: "k" } as unknown as (typeof read.value.keys)[number];
    return { ...read.value, keys: [key] };
  }
  test("nobody is trusted", () => {
    expect(judgeTrust(undefined, "auto", NOW).level).toBe("ok");
    expect(judgeTrust(undefined, "always", NOW).level).toBe("fail");
  });
  test.each([
    [undefined, "ok"],
    ["2027-12-01T00:00:00Z", "ok"],
    ["2026-12-01T00:00:00Z", "warn"],
    ["2026-11-01T00:00:00Z", "fail"],
  ])("a list of keys until %s: %s", (expires, level) => {
    expect(judgeTrust(root(expires), "auto", NOW).level).toBe(level);
  });
  test("fewer keys than have to sign", () => {
    expect(judgeTrust({ ...root(), keys: [] }, "auto", NOW).level).toBe("fail");
  });
});

describe("the clock", () => {
  test.each([
    [0, false],
    [NOW, true],
    [Date.UTC(2100, 0), false],
  ])("%d can be right: %s", (now, sane) => {
    expect(isSaneTime(now)).toBe(sane);
  });
  test("what timedatectl, chronyc and ntpq say", () => {
    expect(["yes\n", "no\n", "Failed\n"].map(yesOrNo)).toEqual([true, false, undefined]);
    expect(leapStatus("Stratum : 3\nLeap status     : Normal\n")).toBe(true);
    expect(leapStatus("Stratum : 0\nLeap status     : Not synchronised\n")).toBe(false);
    expect(["leap=00", "leap=11", "no association"].map(ntpLeap)).toEqual([true, false, undefined]);
  });
});
