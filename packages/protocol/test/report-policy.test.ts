import { describe, expect, test } from "vitest";
import { parseEngineConfig } from "../src/engine-config.ts";
import { DEFAULT_REPORT_POLICY } from "../src/report-policy.ts";

const { every } = DEFAULT_REPORT_POLICY;

function reports(line: string) {
  return parseEngineConfig(`[engine]\n[reports]\n${line}\n`);
}

describe("the section [reports]", () => {
  test.each([
    ["", {}],
    ["policy = always", { policy: "always" }],
    ["full_every = 3600", { fullEvery: 3600 }],
    ["full_every = 0", { fullEvery: 0 }],
    ["jitter = 0", { jitter: 0 }],
    ["jitter = 0.25", { jitter: 0.25 }],
    ["long_poll = 0", { longPoll: 0 }],
    ["long_poll = 300", { longPoll: 300 }],
    ["device_info_every = 1.5", { every: { ...every, device_info: 1.5 } }],
    ["engine_report_every = 0", { every: { ...every, engine_report: 0 } }],
    ["usage_report_every = 7200", { every: { ...every, usage_report: 7200 } }],
  ])("%j is %j", (line, values) => {
    const parsed = reports(line);
    expect(parsed).toMatchObject({ ok: true, value: { reports: { ...DEFAULT_REPORT_POLICY, ...values } } });
  });

  test.each([
    ["policy = never", "changes or always"],
    ["full_every = daily", "a number of seconds, 0 or more"],
    ["jitter = 2", "a number from 0 to 1"],
    ["jitter = ''", "a number from 0 to 1"],
    ["long_poll = 0.5", "0, or a number of seconds from 1 to 300"],
    ["long_poll = 301", "0, or a number of seconds from 1 to 300"],
    ["device_info_every = -1", "a number of seconds, 0 or more"],
  ])("%j is refused, with its line and what it must be", (line, want) => {
    const parsed = reports(line);
    expect(parsed).toMatchObject({ ok: false, problem: { line: 3 } });
    if (!parsed.ok) expect(parsed.problem.problem).toContain(`must be ${want}`);
  });
});
