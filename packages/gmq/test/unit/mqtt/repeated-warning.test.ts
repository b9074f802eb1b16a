import { type Logger, silentLogger } from "@gateway-engine/core/logger";
import { expect, test } from "vitest";
import { RepeatedWarning } from "../../../src/intake/mqtt/repeated-warning.ts";
import { SteppedClock } from "../stepped-clock.ts";

function recorded() {
  const lines: string[] = [];
  const clock = new SteppedClock();
  const log: Logger = { ...silentLogger, warn: (line) => void lines.push(line) };
  return { lines, clock, warning: new RepeatedWarning(clock, log) };
}

test("of warnings of one kind the first is given at once, then one a minute with the number of those between", async () => {
  const { lines, clock, warning } = recorded();
  for (const text of ["a", "b", "c"]) warning.warn("kind", text);
  warning.warn("other", "x");
  await clock.advance(60_000);
  warning.warn("kind", "d");
  warning.warn("kind", "e");
  expect(lines).toEqual(["a", "x", "d (and 2 more since the last one)"]);
});

test("a topic with a newline does not forge a line of the log", () => {
  const { lines, warning } = recorded();
  warning.warn("kind", "a\n2026-01-01 ERROR b");
  expect(lines).toEqual(["a?2026-01-01 ERROR b"]);
});

test("of a hundred kinds the oldest is forgotten", () => {
  const { lines, warning } = recorded();
  for (let kind = 0; kind < 101; kind += 1) warning.warn(`topic ${kind}`, `${kind}`);
  warning.warn("topic 100", "swallowed");
  warning.warn("topic 0", "again");
  expect(lines.slice(-2)).toEqual(["100", "again"]);
});
