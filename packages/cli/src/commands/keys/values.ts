/** Values of the options of `gwe keys`: read, or refused in argparse's words. */
import { formatInstant, type Instant, parseInstant } from "@gateway-engine/artifact/trust/instant";
import { quote } from "../../arguments.ts";
import { CommandLineError } from "../../command.ts";

export function wholeNumber(option: string, text: string, least: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new CommandLineError(`argument --${option}: ${quote(text)} is not a whole number from ${least} on`);
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Reads `90d`, `12h`, `4w`, `2027-01-31` or `2027-01-31T12:00:00Z`. */
export function expiry(text: string, now: Instant): Instant {
  const [, count = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const length = UNITS[unit];
  const at =
    length === undefined
      ? parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
      : now + Number(count) * length;
  if (at === undefined) throw new CommandLineError(`argument --expires: ${quote(text)} is neither 90d nor 2027-01-31`);
  if (at <= now) throw new CommandLineError(`argument --expires: ${formatInstant(at)} is over`);
  return at;
}

/** The clock of the machine on which somebody signs, in whole seconds. */
export function wholeSeconds(now: number): Instant {
  return Math.floor(now / 1000) * 1000;
}
