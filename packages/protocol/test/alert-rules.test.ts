import { BugError } from "@gateway-engine/core/errors";
import { parseIni } from "@gateway-engine/core/ini";
import { expect, test } from "vitest";
import { parseAlertRules } from "../src/alert-rules.ts";
import { parseEngineConfig } from "../src/engine-config.ts";

function alerts(lines: string) {
  const document = parseIni(`[alerts]\n${lines}\n`);
  if (!document.ok) throw new BugError("E_BUG", { problem: document.problem.problem });
  return parseAlertRules(document.value);
}

const DEFAULTS = {
  every: 60,
  hold: 60,
  limits: { disk: 90, memory: 90, temperature: 85, restarts: 5, queue: 10_000, certificate: 14 },
};

test("without the section everything is watched", () => {
  expect(parseEngineConfig("[engine]\n")).toMatchObject({ ok: true, value: { alerts: DEFAULTS } });
  expect(alerts("")).toEqual({ ok: true, value: DEFAULTS });
});

test.each([
  ["disk = 75", { disk: 75 }],
  ["disk = 99.5 %", { disk: 99.5 }],
  ["memory = 80%", { memory: 80 }],
  ["temperature = 70.5", { temperature: 70.5 }],
  ["restarts = 1", { restarts: 1 }],
  ["queue = 500", { queue: 500 }],
  ["certificate_days = 30", { certificate: 30 }],
])("%s", (line, limits) => {
  expect(alerts(line)).toEqual({ ok: true, value: { ...DEFAULTS, limits: { ...DEFAULTS.limits, ...limits } } });
});

test("each can be switched off", () => {
  const keys = ["disk", "memory", "temperature", "restarts", "queue", "certificate_days"];
  expect(alerts(keys.map((key) => `${key} = off`).join("\n"))).toEqual({
    ok: true,
    value: { ...DEFAULTS, limits: {} },
  });
});

test("says how often it looks, and how long a value has to hold", () => {
  expect(alerts("every = 0.5\nhold = 0")).toMatchObject({ ok: true, value: { every: 0.5, hold: 0 } });
});

test.each([
  ["disk = 0", "a percentage such as 90%, or off"],
  ["disk = 101%", "a percentage such as 90%, or off"],
  ["memory = much", "a percentage such as 90%, or off"],
  ["temperature = 85 C", "degrees Celsius above 0, or off"],
  ["restarts = 1.5", "a whole number above 0, or off"],
  ["queue = 0", "a whole number above 0, or off"],
  ["certificate_days = soon", "a whole number of days above 0, or off"],
  ["every = 0", "a number of seconds above 0"],
  ["hold = -1", "a number of seconds, 0 or more"],
])("%j is refused, with its line and what it must be", (line, want) => {
  const refused = parseEngineConfig(`[engine]\n[alerts]\n${line}\n`);
  expect(refused).toMatchObject({ ok: false, problem: { line: 3 } });
  if (!refused.ok) expect(refused.problem.problem).toContain(`must be ${want}`);
});
