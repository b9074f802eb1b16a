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
