import { describe, expect, test } from "vitest";
import { parseSince, timeOfLine } from "../../src/logs/log-time.ts";

describe("the time that begins a line", () => {
  test.each([
    ["2026-11-23 12:41:03,123-INFO-engine ::> x", new Date(2026, 10, 23, 12, 41, 3, 123).getTime()],
    ["2026-11-23 12:41:03,123 INFO spawned: 'x'", new Date(2026, 10, 23, 12, 41, 3, 123).getTime()],
    ["[2026-11-23T12:41:03Z] hello", Date.UTC(2026, 10, 23, 12, 41, 3)],
    ["2026-11-23T12:41:03.5+01:00 hello", Date.UTC(2026, 10, 23, 11, 41, 3, 500)],
    ["2026-11-23T12:41:03.123456Z hello", Date.UTC(2026, 10, 23, 12, 41, 3, 123)],
    ["    at stack (trace.js:1)", undefined],
    ["2026-13-45 12:41:03 is no date", undefined],
    ["", undefined],
  ])("%s", (line, at) => {
    expect(timeOfLine(line)).toBe(at);
  });
});

describe("what --since takes", () => {
  const now = Date.UTC(2026, 10, 23, 12);
  test.each([
    ["30s", now - 30_000],
    ["10m", now - 600_000],
    ["2h", now - 7_200_000],
    ["3d", now - 3 * 86_400_000],
    ["2026-11-23", new Date(2026, 10, 23).getTime()],
    ["2026-11-23T10:00", new Date(2026, 10, 23, 10).getTime()],
    ["2026-11-23T10:00:05Z", Date.UTC(2026, 10, 23, 10, 0, 5)],
    ["yesterday", undefined],
    ["10", undefined],
    ["", undefined],
  ])("%s", (text, at) => {
    expect(parseSince(text, now)).toBe(at);
  });
});
