/** The text of a `schedule` option, as crontab writes it. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { CronSchedule, Schedule } from "./schedule.ts";

/** @returns the schedule, or what is wrong with it */
export function parseSchedule(text: string): Result<Schedule, string> {
  const written = text.trim();
  const every = /^@every\s+(.*)$/.exec(written)?.[1];
  if (every !== undefined) return parseEvery(every);
  const fields = (NICKNAMES[written] ?? written).split(/\s+/);
  if (fields.length !== FIELDS.length) {
    return fail(`five fields (minute, hour, day of month, month, day of week) are expected, not '${written}'`);
  }
  return parseFields(fields);
}

function parseFields(texts: readonly string[]): Result<CronSchedule, string> {
  const values: (readonly number[])[] = [];
  for (const [index, field] of FIELDS.entries()) {
    const parsed = parseField(texts[index] ?? "", field);
    if (!parsed.ok) return parsed;
    values.push(parsed.value);
  }
  const [minutes = [], hours = [], daysOfMonth = [], months = [], daysOfWeek = []] = values;
  const isOpen = (index: number) => texts[index]?.startsWith("*") === true;
  const schedule: CronSchedule = {
    ...{ kind: "cron", minutes, hours, daysOfMonth, months },
    daysOfWeek: ascending(daysOfWeek.map((day) => day % 7)),
    days: isOpen(2) || isOpen(4) ? "both" : "either",
    everyHour: isOpen(1),
  };
  return hasSuchDay(schedule) ? ok(schedule) : fail(`there is no such date as '${texts.slice(2, 4).join(" ")}'`);
}

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** For the values from `first` on. */
  readonly names?: readonly string[];
}

/** Such as `8-18/2`, `1,15`, `mon-fri`, or a star with or without a step. */
function parseField(text: string, field: Field): Result<readonly number[], string> {
  const values: number[] = [];
  for (const part of text.toLowerCase().split(",")) {
    const range = parseRange(part, field);
    if (range === undefined) {
      return fail(`'${part}' is no ${field.name}: ${field.first} to ${field.last}, a-b, *, with /step are expected`);
    }
    for (let value = range.from; value <= range.to; value += range.step) values.push(value);
  }
  return ok(ascending(values));
}

function parseRange(part: string, field: Field): { from: number; to: number; step: number } | undefined {
  const match = /^(?:(\*)|([a-z]+|\d+)(?:-([a-z]+|\d+))?)(?:\/(\d+))?$/.exec(part);
  if (match === null) return undefined;
  const [, star, low, high, stepText] = match;
  const from = star === undefined ? numberOf(low ?? "", field) : field.first;
  const alone = stepText === undefined ? from : field.last;
  const to = star !== undefined ? field.last : high === undefined ? alone : numberOf(high, field);
  const step = stepText === undefined ? 1 : Number(stepText);
  if (from === undefined || to === undefined || to < from || step < 1) return undefined;
  return { from, to, step };
}

function numberOf(word: string, { first, last, names }: Field): number | undefined {
  const named = names?.indexOf(word) ?? -1;
  const value = named >= 0 ? first + named : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  return value >= first && value <= last ? value : undefined;
}

/** `0 0 31 2 *` would never come. */
function hasSuchDay({ daysOfMonth, months, days }: CronSchedule): boolean {
  return days === "either" || months.some((month) => daysOfMonth.some((day) => day <= (LONGEST[month - 1] ?? 0)));
}

function parseEvery(text: string): Result<Schedule, string> {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS_MS[unit ?? ""] ?? 0), 0);
  const isWhole = parts.map(([part]) => part).join("") === text.trim();
  return isWhole && ms > 0 ? ok({ kind: "every", ms }) : fail(`@every 30s, 5m, 2h or 1d is expected, not '${text}'`);
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((one, other) => one - other);
}

const FIELDS: readonly Field[] = [
  { name: "minute", first: 0, last: 59 },
  { name: "hour", first: 0, last: 23 },
  { name: "day of month", first: 1, last: 31 },
  {
    ...{ name: "month", first: 1, last: 12 },
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { name: "day of week", first: 0, last: 7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
