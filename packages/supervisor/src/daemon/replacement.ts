/** How supervisord gives its process to another release of itself, and how that one knows. */
import { fail, ok, type Result } from "@gateway-engine/core/result";

/** Set by the launchers: the absolute path of the one that starts what is in force. */
export const LAUNCHER = "GWE_LAUNCHER";
/** Set for the program that takes the place: `<pid>:<pid file>`. The launcher reads it too. */
export const REPLACED = "GWE_REPLACED";

export interface ReplacementFacts {
  readonly launcher: string | undefined;
  /** Why this process cannot become that program. */
  readonly problemOf: (launcher: string) => string | undefined;
  /** Why the next one could not begin. */
  readonly configurationProblem: () => string | undefined;
}

/** @returns the launcher to become, or why that is not possible */
export function planReplacement({
  launcher,
  problemOf,
  configurationProblem,
}: ReplacementFacts): Result<string, string> {
  if (launcher === undefined || launcher === "") return fail("it was not started by a launcher");
  const problem = problemOf(launcher) ?? configurationProblem();
  return problem === undefined ? ok(launcher) : fail(problem);
}

/** Whether this program has taken the place of another in the process `pid`. */
export function hasTakenOver(mark: string | undefined, pid: number): boolean {
  return mark?.startsWith(`${pid}:`) === true;
}
