/**
 * The section `[alerts]` of Engine.config: what the gateway raises an alert about, and when.
 *
 * @see docs/reference/alerts.md
 */
import type { IniDocument, IniProblem } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { readValue } from "./empty-value.ts";

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
  const entries = document.get(SECTION)?.entries;
  let problem: IniProblem | undefined;
  const read = ([key, fresh, parse, want]: Option): number | undefined => {
    const { value, line } = entries?.get(key) ?? { value: fresh, line: 0 };
    const number = parse(readValue(value));
    if (Number.isNaN(number)) problem ??= { line, problem: `${key} is "${value}", but must be ${want}` };
    return number;
  };
  const every = read(["every", "60", aboveZero, "a number of seconds above 0"]) ?? 0;
  const hold = read(["hold", "60", notNegative, "a number of seconds, 0 or more"]) ?? 0;
  const limits: Partial<Record<AlertKind, number>> = {};
  for (const kind of ALERT_KINDS) {
    const limit = read(LIMITS[kind]);
    if (limit !== undefined) limits[kind] = limit;
  }
  return problem === undefined ? ok({ every, hold, limits }) : fail(problem);
}

const SECTION = "alerts";

/** Gives undefined for `off`, and NaN for a text that it does not take. */
type Parse = (text: string) => number | undefined;
type Option = readonly [key: string, fresh: string, parse: Parse, want: string];

const LIMITS: Readonly<Record<AlertKind, Option>> = {
  disk: ["disk", "90%", orOff(percent), "a percentage such as 90%, or off"],
  memory: ["memory", "90%", orOff(percent), "a percentage such as 90%, or off"],
  temperature: ["temperature", "85", orOff(aboveZero), "degrees Celsius above 0, or off"],
  restarts: ["restarts", "5", orOff(whole), "a whole number above 0, or off"],
  queue: ["queue", "10000", orOff(whole), "a whole number above 0, or off"],
  certificate: ["certificate_days", "14", orOff(whole), "a whole number of days above 0, or off"],
};

function orOff(parse: Parse): Parse {
  return (text) => (text.toLowerCase() === "off" ? undefined : parse(text));
}

function percent(text: string): number {
  const number = Number(/^(\d+(?:\.\d+)?)\s*%?$/.exec(text)?.[1]);
  return number > 0 && number <= 100 ? number : Number.NaN;
}

function aboveZero(text: string): number {
  const number = notNegative(text);
  return number > 0 ? number : Number.NaN;
}

function notNegative(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

function whole(text: string): number {
  return /^[1-9]\d{0,11}$/.test(text) ? Number(text) : Number.NaN;
}
