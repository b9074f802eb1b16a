import type { LogLevel } from "@gateway-engine/core/logger";
import { expect, test } from "vitest";
import { createLineLogger, formatLogTime } from "../src/logger.ts";

const NOON = new Date(2016, 3, 8, 14, 5, 6, 7).getTime();

function logger(level: () => LogLevel) {
  const lines: string[] = [];
  return { log: createLineLogger("engine", { level, now: () => NOON, write: (line) => lines.push(line) }), lines };
}

test("time is local and looks as in Python", () => {
  expect(formatLogTime(NOON)).toBe("2016-04-08 14:05:06,007");
});

test("a line says when, how severe, who and what", () => {
  const { log, lines } = logger(() => "DEBUG");
  log.named("install").warn("no room\nat all");
  expect(lines).toEqual(["2016-04-08 14:05:06,007-WARNING-engine:install ::> no room\nat all\n"]);
});

test("a changed level takes effect at once", () => {
  let level: LogLevel = "WARNING";
  const { log, lines } = logger(() => level);
  log.debug("1");
  log.info("2");
  log.warn("3");
  log.error("4");
  level = "DEBUG";
  log.debug("5");
  level = "CRITICAL";
  log.error("6");
  expect(lines.map((line) => line.trimEnd().at(-1))).toEqual(["3", "4", "5"]);
});
