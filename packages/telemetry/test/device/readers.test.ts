import type { DeviceInfo } from "@gateway-engine/protocol/device-info";
import { describe, expect, test } from "vitest";
import { watchdogStatus } from "../../src/device/boot-reason.ts";
import { parseOsRelease } from "../../src/device/os-release.ts";
import { lifeUsed } from "../../src/device/storage.ts";
import { withinLimit } from "../../src/device/within-limit.ts";

// JESD84-B51, 7.4.41 and 7.4.42
test.each([
  ["0x01 0x01", 10],
  ["0x02 0x01", 20],
  ["0x01 0x0a", 100],
  ["0x0b 0x00", 110],
  ["0x00 0x00", undefined],
  ["0x0c 0x01", "unreadable"],
  ["1 2", "unreadable"],
  ["", "unreadable"],
])("an eMMC's life time %j is %j percent used", (text, used) => {
  expect(lifeUsed(text)).toBe(used);
});

// Linux, Documentation/watchdog/watchdog-api.rst
test.each([
  [0x20, "watchdog timeout"],
  [0x8000 | 0x20, "watchdog timeout"],
  [0x01 | 0x20, "overheating"],
  [0x10, "undervoltage"],
  [0, undefined],
  [0x8000, undefined],
])("the watchdog's status %d means %s", (bits, reason) => {
  expect(watchdogStatus(bits)).toBe(reason);
});

// os-release(5)
test.each([
  ["ID=debian", "debian"],
  ['ID="opensuse-leap"', "opensuse-leap"],
  ["ID='alpine'", "alpine"],
  ['ID="say \\"hi\\" for \\$5"', 'say "hi" for $5'],
  ["# ID=comment", undefined],
  ["ID", undefined],
  ['ID="open', undefined],
])("os-release %s", (line, id) => {
  expect(parseOsRelease(`\n${line}\n`).get("ID")).toBe(id);
});

describe("a report that is too long", () => {
  const small: DeviceInfo = {
    uname: "Linux",
    df: "header\n",
    free: "",
    ipaddrs: "",
    architecture: "x86_64",
    build: "2.0.0",
    clock: { rtc: false },
  };
  const lines = "eth0: 10.0.0.1/8\n".repeat(3000);
  const size = (info: DeviceInfo) => Buffer.byteLength(JSON.stringify(info));

  test("stays as it is while it fits", () => {
    expect(withinLimit(small)).toBe(small);
  });

  test("loses what is connected first, and says so", () => {
    const long = { ...small, gaps: ["storage: no disk"], hardware: { apps: { one: { text: "x".repeat(70_000) } } } };
    expect(withinLimit(long)).toEqual({ ...small, gaps: ["storage: no disk", "report: shortened"] });
  });

  test("has its tables cut between lines then", () => {
    const cut = withinLimit({ ...small, df: lines, ipaddrs: lines });
    expect(size(cut)).toBeLessThan(60_000);
    expect(cut.df).toMatch(/^(eth0: 10\.0\.0\.1\/8\n)+$/);
    expect(cut.gaps).toEqual(["report: shortened"]);
  });
});
