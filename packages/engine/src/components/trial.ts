/**
 * A trial of a new release of the engine or its runtime, as it stands in a file of `components/`. The launcher and its
 * watchdog read that file and rename it, see packages/platform/bin/trial: what its name says is how the trial stands.
 */

/** Parts of the engine that only the launcher can put back, since the engine runs from them. */
export type TriedComponent = "gwe" | "gwe-runtime";

export interface Trial {
  /** Id of the install. */
  readonly install: string;
  readonly component: TriedComponent;
  /** Where the component's link leads while it is on. */
  readonly to: string;
  /** How long an attempt may take until the new release reports that all is well. */
  readonly seconds: number;
  /** For so many of these seconds it has to be well without a break. */
  readonly probation: number;
  /** The engine before had a CIK, so the new one must be able to use it. */
  readonly activated: boolean;
}

/** Why a release was put out of force: the launcher's and the watchdog's own reasons, and `engine`, its own. */
export type GoneBack = "attempts" | "deadline" | "program" | "runtime" | "engine";

export type TrialStanding =
  | { readonly kind: "on"; readonly file: string }
  | { readonly kind: "passed"; readonly file: string }
  | { readonly kind: "went-back"; readonly file: string; readonly why: GoneBack };

/**
 * Starts that a release has until one of them has reported that all is well. With the start of the release before they
 * are fewer than a supervisor tries on its own (`startretries`, 3).
 */
const ATTEMPTS = 2;
export const FRESH_TRIAL: string = `trial-${ATTEMPTS}`;
export const PASSED = "passed";

/** @returns undefined when the file is not about a trial */
export function standingOf(file: string): TrialStanding | undefined {
  if (file === PASSED) return { kind: "passed", file };
  if (/^trial-\d+$/.test(file)) return { kind: "on", file };
  const why = /^went-back-([a-z]+)$/.exec(file)?.[1];
  return why === undefined ? undefined : { kind: "went-back", file, why: why as GoneBack };
}

export function goneBackFile(why: GoneBack): string {
  return `went-back-${why}`;
}

export function formatTrial(trial: Trial): string {
  return Object.entries(trial)
    .map(([key, value]) => `${key} ${value}\n`)
    .join("");
}

/** @returns undefined when the text is not whole; only the engine writes it */
export function parseTrial(text: string): Trial | undefined {
  const values = new Map(
    text.split("\n").map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
  );
  const component = values.get("component");
  const activated = values.get("activated");
  if ((component !== "gwe" && component !== "gwe-runtime") || activated === undefined) return undefined;
  return {
    install: values.get("install") ?? "",
    component,
    to: values.get("to") ?? "",
    seconds: Number(values.get("seconds")),
    probation: Number(values.get("probation")),
    activated: activated === "true",
  };
}

/** For a person: why a release is not in force any more. */
export function describeGoneBack(why: string, { seconds }: Pick<Trial, "seconds">): string {
  switch (why) {
    case "attempts":
      return `it ended ${ATTEMPTS} times before it reported that all is well`;
    case "deadline":
      return `it did not report within ${seconds} s that all is well`;
    case "program":
      return "its program file cannot be read";
    case "runtime":
      return "its runtime does not run on this machine";
    default:
      return "it was taken back";
  }
}
