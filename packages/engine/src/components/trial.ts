/**
 * A trial of a new release of the engine, its runtime or the supervisor, as it stands in a file of `components/`. The launcher and its
 * watchdog read that file and rename it, see packages/platform/bin/trial: what its name says is how the trial stands.
 */

/** Parts that only the launcher can put back, since the engine runs from them, or under them. */
export type TriedComponent = "gwe" | "gwe-runtime" | "supervisor";

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
  /** Programs that the supervisor before looked after, `group:name`, and their pids: each has to go on as it is. */
  readonly children?: Readonly<Record<string, number>>;
}

/** Why a release was put out of force: the launcher's and the watchdog's own reasons, and `engine`, its own. */
export type GoneBack = "attempts" | "deadline" | "program" | "runtime" | "start" | "ended" | "engine";

export type TrialStanding =
  | { readonly kind: "on"; readonly file: string }
  | { readonly kind: "passed"; readonly file: string }
  | { readonly kind: "went-back"; readonly file: string; readonly why: GoneBack };

/**
 * Starts that a release has until one of them has reported that all is well. With the start of the release before they
 * are fewer than a supervisor tries on its own (`startretries`, 3). A supervisor has one: nobody starts its programs twice.
 */
const ATTEMPTS = { gwe: 2, "gwe-runtime": 2, supervisor: 1 } as const satisfies Record<TriedComponent, number>;

/** The file of a trial that no start has been taken from. */
export function freshTrialFile(component: TriedComponent): string {
  return `trial-${ATTEMPTS[component]}`;
}

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
  const { children, ...plain } = trial;
  const lines = { ...plain, ...(children === undefined ? {} : { children: JSON.stringify(children) }) };
  return Object.entries(lines)
    .map(([key, value]) => `${key} ${value}\n`)
    .join("");
}

/** @returns undefined when the text is not whole; only the engine writes it */
export function parseTrial(text: string): Trial | undefined {
  const values = new Map(
    text.split("\n").map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
  );
  const component = TRIED.find((name) => name === values.get("component"));
  const activated = values.get("activated");
  if (component === undefined || activated === undefined) return undefined;
  const children = values.get("children");
  return {
    install: values.get("install") ?? "",
    component,
    to: values.get("to") ?? "",
    seconds: Number(values.get("seconds")),
    probation: Number(values.get("probation")),
    activated: activated === "true",
    ...(children === undefined ? {} : { children: JSON.parse(children) as Readonly<Record<string, number>> }),
  };
}

const TRIED: readonly TriedComponent[] = ["gwe", "gwe-runtime", "supervisor"];

/** For a person: why a release is not in force any more. */
export function describeGoneBack(why: string, { component, seconds }: Pick<Trial, "component" | "seconds">): string {
  switch (why) {
    case "attempts":
      if (component === "supervisor") return ENDED;
      return `it ended ${ATTEMPTS[component]} times before it reported that all is well`;
    case "ended":
      return ENDED;
    case "start":
      return "it cannot even say which version it is";
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

const ENDED = "it ended before it was trusted";
