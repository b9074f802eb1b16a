import { describe, expect, test } from "vitest";
import type { SupervisordConfig } from "../../src/config/model.ts";
import { parseSupervisordConfig } from "../../src/config/parse.ts";
import { memorySource } from "./memory-source.ts";

const PROGRAM = "[supervisord]\n[program:web]\ncommand=cat\n";

function parse(text: string): SupervisordConfig {
  const parsed = parseSupervisordConfig(memorySource(text));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

describe("the options that the original does not have", () => {
  test("are off when nothing is said", () => {
    const { daemon, groups } = parse(PROGRAM);
    expect(daemon.extras.orphans).toBe("adopt");
    expect(groups[0]?.processes[0]?.extras.logFormat).toBe("raw");
  });

  test("are set for the daemon, and for all processes of a program", () => {
    const { daemon, groups } = parse(
      `${PROGRAM}numprocs=2\nprocess_name=w%(process_num)d\n[gateway-engine]\norphans=stop\n[gateway-engine:web]\nlog_format=JSON`,
    );
    expect(daemon.extras.orphans).toBe("stop");
    expect(groups[0]?.processes.map(({ extras }) => extras.logFormat)).toEqual(["json", "json"]);
  });

  test.each([
    ["backoff_initial=0.5", { initialMs: 500 }],
    ["backoff_initial = 250MS", { initialMs: 250 }],
    ["backoff_max=5m", { maxMs: 300_000 }],
    ["backoff_factor=1.5", { factor: 1.5 }],
    ["restart_limit=5 in 60s", { limit: { restarts: 5, withinMs: 60_000 } }],
    ["fatal_retry=300", { fatalRetryMs: 300_000 }],
    ["endless_retries=yes", { endless: true }],
  ])("%s is read", (line, expected) => {
    const { groups } = parse(`${PROGRAM}[gateway-engine:web]\n${line}`);
    expect(groups[0]?.processes[0]?.extras.restarts).toMatchObject(expected);
  });

  test.each([
    ["memory_max=256MB", { memoryMaxBytes: 268_435_456 }],
    ["cpu_max=0.5", { cpuMax: 0.5 }],
    ["pids_max=20", { pidsMax: 20 }],
    ["limit_nofile=4096", { openFiles: 4096 }],
    ["limit_core=0", { coreBytes: 0 }],
  ])("%s is read", (line, expected) => {
    const { groups } = parse(`${PROGRAM}[gateway-engine:web]\n${line}`);
    expect(groups[0]?.processes[0]?.extras.limits).toMatchObject(expected);
  });

  test.each([
    ["log_compress=gzip", "not a valid boolean value: 'gzip'"],
    ["log_rotate=hourly", "'hourly' is not one of size, daily"],
    ["memory_max=0", "a size such as 256MB is expected, not '0'"],
    ["cpu_max=fast", "a number of CPUs from 0.01 on, such as 0.5 or 2, is expected, not 'fast'"],
    ["pids_max=0", "a number above 0 is expected, not '0'"],
    ["backoff_initial=soon", "a time such as 30, 0.5s, 250ms, 5m or 1h is expected, not 'soon'"],
    ["backoff_max=90d", "a time such as 30, 0.5s, 250ms, 5m or 1h is expected, not '90d'"],
    ["backoff_factor=0.5", "a number from 1 on, such as 2 or 1.5, is expected, not '0.5'"],
    ["restart_limit=5", "a number of restarts and a time, such as 5 in 60s, is expected, not '5'"],
    ["restart_limit=5 in 0s", "a number of restarts and a time, such as 5 in 60s, is expected, not '5 in 0s'"],
  ])("%s is refused", (line, message) => {
    const parsed = parseSupervisordConfig(memorySource(`${PROGRAM}[gateway-engine:web]\n${line}`));
    expect(parsed.ok ? "no problem" : parsed.problem.message).toContain(message);
  });

  test.each([
    {
      what: "a section about no program",
      text: "[gateway-engine:wep]\nlog_format=json",
      message: /no program 'wep'.*section 'gateway-engine:wep' .*line 4\)/,
    },
    {
      what: "an option that does not exist",
      text: "[gateway-engine:web]\nlog_fromat=json",
      message: /no such option; the options are .*log_format.*line 5, option log_fromat\)/,
    },
    {
      what: "a word that is none of the choices",
      text: "[gateway-engine]\norphans=kill",
      message: /'kill' is not one of adopt, stop .*line 5, option orphans\)/,
    },
  ])("refuse $what, and say where it stands", ({ text, message }) => {
    const parsed = parseSupervisordConfig(memorySource(PROGRAM + text));
    expect(parsed.ok ? "no problem" : parsed.problem.message).toMatch(message);
  });
});
