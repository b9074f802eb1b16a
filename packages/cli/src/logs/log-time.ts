/** Times in logs: what begins a line, and what somebody types after `--since`. */

const STAMP = /^\W{0,2}(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,3}))?\d*\s?(Z|[+-]\d\d:?\d\d)?/;

/**
 * When a line of a log was written: `2026-11-23 12:41:03,123 ...` in the machine's time zone, or an ISO time with its own.
 *
 * @returns milliseconds since 1970; undefined for a line that does not begin with a time
 */
export function timeOfLine(line: string): number | undefined {
  const match = STAMP.exec(line);
  if (match === null) return undefined;
  const [, day = "", time = "", fraction = "0", zone = ""] = match;
  const at = Date.parse(`${day}T${time}.${fraction.padEnd(3, "0")}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}

/**
 * Reads `30s`, `10m`, `2h`, `3d`, `2026-11-23`, `2026-11-23T10:00` or `2026-11-23T10:00:00Z`.
 *
 * @returns milliseconds since 1970; undefined when it is none of them
 */
export function parseSince(text: string, now: number): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const length = UNIT_MS[unit];
  if (length !== undefined) return now - Number(count) * length;
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined;
  const at = Date.parse(text.length === "2026-11-23".length ? `${text}T00:00:00` : text.replace(" ", "T"));
  return Number.isNaN(at) ? undefined : at;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
