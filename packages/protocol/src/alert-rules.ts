/**
 * The section `[alerts]` of Engine.config: what the gateway raises an alert about, and when.
 *
 * @see docs/reference/alerts.md
 */
import type { IniDocument, IniProblem } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { notNegative, type SectionOption, SectionOptions } from "./section-options.ts";

export const ALERT_KINDS = ["disk", "memory", "temperature", "restarts", "queue", "certificate"] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

export interface AlertRules {
  /** Seconds between two looks. */
  readonly every: number;
  /** Seconds for which a value has to be over its limit before the alert is raised, and below it before that is cleared. */
  readonly hold: number;
  /**
   * Where an alert is raised: percent of a disk and of memory, degrees Celsius, restarts within an hour, messages that wait, days
   * that the gateway's certificate is still good for. A kind that is switched off is missing.
   */
  readonly limits: Readonly<Partial<Record<AlertKind, number>>>;
}

export function parseAlertRules(document: IniDocument): Result<AlertRules, IniProblem> {
  const options = new SectionOptions(document, "alerts");
  const every = options.read("every", { fallback: 60, parse: aboveZero, want: "a number of seconds above 0" });
  const hold = options.read("hold", { fallback: 60, parse: notNegative, want: "a number of seconds, 0 or more" });
  const limits: Partial<Record<AlertKind, number>> = {};
  for (const kind of ALERT_KINDS) {
    const { key, ...option } = LIMITS[kind];
    const limit = options.read(key, { ...option, parse: orOff(option.parse) });
    if (limit !== undefined) limits[kind] = limit;
  }
  return options.problem === undefined ? ok({ every, hold, limits }) : fail(options.problem);
}

type Parse = SectionOption<number>["parse"];

const LIMITS: Readonly<Record<AlertKind, SectionOption<number> & { readonly key: string }>> = {
  disk: { key: "disk", fallback: 90, parse: percent, want: "a percentage such as 90%, or off" },
  memory: { key: "memory", fallback: 90, parse: percent, want: "a percentage such as 90%, or off" },
  temperature: { key: "temperature", fallback: 85, parse: aboveZero, want: "degrees Celsius above 0, or off" },
  restarts: { key: "restarts", fallback: 5, parse: whole, want: "a whole number above 0, or off" },
  queue: { key: "queue", fallback: 10_000, parse: whole, want: "a whole number above 0, or off" },
  certificate: { key: "certificate_days", fallback: 14, parse: whole, want: "a whole number of days above 0, or off" },
};

/** Undefined: `off`. */
function orOff(parse: Parse): (text: string) => number | undefined | null {
  return (text) => (text.toLowerCase() === "off" ? undefined : parse(text));
}

function percent(text: string): number | null {
  const number = Number(/^(\d+(?:\.\d+)?)\s*%?$/.exec(text)?.[1]);
  return number > 0 && number <= 100 ? number : null;
}

function aboveZero(text: string): number | null {
  const number = notNegative(text);
  return number !== null && number > 0 ? number : null;
}

function whole(text: string): number | null {
  return /^[1-9]\d{0,11}$/.test(text) ? Number(text) : null;
}
