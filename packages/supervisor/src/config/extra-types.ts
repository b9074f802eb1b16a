/** The types of our own options: like `convert.ts`, for what the original has no words for. */
import { fail, ok } from "@gateway-engine/core/result";
import type { Converter } from "./convert.ts";
import type { RestartLimit } from "./extras.ts";
import { pythonRepr } from "./python-repr.ts";
import type { SectionReader } from "./reader.ts";

/** Several options that make one value together. */
export interface OptionFamily<Value> {
  readonly options: readonly string[];
  /** @throws ConfigRejection */
  readonly read: (reader: SectionReader) => Value;
}

/** Milliseconds: `1.5`, `90s`, `5m`; seconds where no unit stands. */
export const duration: Converter<number> = (raw) => {
  const milliseconds = toMilliseconds(raw);
  return milliseconds === undefined
    ? fail(`a time such as 30, 0.5s, 250ms, 5m or 1h is expected, not ${pythonRepr(raw)}`)
    : ok(milliseconds);
};

/** `5 in 60s`. */
export const restartLimit: Converter<RestartLimit> = (raw) => {
  const [, restarts = "", within = ""] = /^\s*(\d+)\s+in\s+(.*)$/i.exec(raw) ?? [];
  const withinMs = toMilliseconds(within);
  return restarts === "" || withinMs === undefined || withinMs === 0
    ? fail(`a number of restarts and a time, such as 5 in 60s, is expected, not ${pythonRepr(raw)}`)
    : ok({ restarts: Number(restarts), withinMs });
};

export const absolutePath: Converter<string> = (raw) =>
  raw.startsWith("/")
    ? ok(raw.replace(/\/+$/, ""))
    : fail(`a path that begins with / is expected, not ${pythonRepr(raw)}`);

/** At least 1. */
export const factor: Converter<number> = (raw) => {
  const value = /^\s*\d+(\.\d+)?\s*$/.test(raw) ? Number(raw) : 0;
  return value >= 1 ? ok(value) : fail(`a number from 1 on, such as 2 or 1.5, is expected, not ${pythonRepr(raw)}`);
};

function toMilliseconds(raw: string): number | undefined {
  const [, amount = "", unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h)?\s*$/i.exec(raw) ?? [];
  const milliseconds = Math.round(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1000));
  return amount === "" || milliseconds > LONGEST_TIMER_MS ? undefined : milliseconds;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Nearly 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
