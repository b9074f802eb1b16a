import type { ProcessInfo } from "@gateway-engine/supervisor/client";
import { isRestarted, type ProgramRules } from "./program-rules.ts";

export type ProgramSight = Pick<
  ProcessInfo,
  "name" | "pid" | "start" | "state" | "statename" | "exitstatus" | "spawnerr"
>;

export interface ProgramJudgement {
  /** As it should be; not yet; or never to be again. */
  readonly kind: "good" | "pending" | "failed";
  /** What can be said of it, behind its name. */
  readonly what: string;
}

/** One program, as the supervisor has it at this moment. @see docs/reference/install-journal.md#probation */
export function judgeProgram(program: ProgramSight, rules: ProgramRules): ProgramJudgement {
  switch (program.state) {
    case STATES.running:
      return { kind: "good", what: "runs" };
    case STATES.fatal:
      return { kind: "failed", what: `could not be started: ${whyFatal(program)}` };
    case STATES.exited:
      return judgeExited(program, rules);
    case STATES.stopped:
      return rules.autostart
        ? { kind: "pending", what: "is stopped" }
        : { kind: "good", what: "is not meant to start by itself" };
    default:
      return { kind: "pending", what: `is ${program.statename}${exitWords(program)}` };
  }
}

function judgeExited(program: ProgramSight, rules: ProgramRules): ProgramJudgement {
  const { exitstatus } = program;
  if (isRestarted(rules, exitstatus))
    return { kind: "pending", what: `${ended(exitstatus)} and is to be started again` };
  if (rules.exitCodes.includes(exitstatus)) return { kind: "good", what: "has done its work" };
  return { kind: "failed", what: ended(exitstatus) };
}

/** How the last run ended, as far as it is known, to be put behind other words. */
export function exitWords({ exitstatus }: Pick<ProgramSight, "exitstatus">): string {
  return exitstatus === 0 ? "" : `, the last time it ${ended(exitstatus)}`;
}

function whyFatal(program: ProgramSight): string {
  const said = program.spawnerr === "" ? "it ended too soon after each start" : program.spawnerr;
  return `${said}${exitWords(program)}`;
}

/** The supervisor gives -1 for the end by a signal. */
function ended(status: number): string {
  return status < 0 ? "was ended by a signal" : `ended with exit status ${status}`;
}

const STATES = { stopped: 0, running: 20, exited: 100, fatal: 200 } as const;
