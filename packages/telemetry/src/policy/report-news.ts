/** Whether a report tells anything that the one before it has not told. */

/** When two values under a path of a report mean the same. */
export type Sameness =
  /** Whatever they are. */
  | { readonly kind: "always" }
  /** Amounts that are no further apart than `least`, or than this share of the larger; of an object the sum of its numbers. */
  | { readonly kind: "near"; readonly share: number; readonly least: number }
  /** Tables as texts: same words, and numbers that are no further apart than this share of the largest of their row. */
  | { readonly kind: "table"; readonly share: number };

/** By path: keys and indexes joined with `/`; `*` stands for any one of them. What no path names must be equal. */
export type ReportRule = readonly (readonly [path: string, sameness: Sameness])[];

/** @param before @param now JSON texts */
export function hasNews(rule: ReportRule, before: string, now: string): boolean {
  if (before === now) return false;
  const patterns = rule.map(([path, sameness]) => ({ keys: path.split("/"), sameness }));
  try {
    return !isSame(patterns, [], JSON.parse(before), JSON.parse(now));
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

interface Pattern {
  readonly keys: readonly string[];
  readonly sameness: Sameness;
}

function isSame(patterns: readonly Pattern[], path: readonly string[], before: unknown, now: unknown): boolean {
  const sameness = patterns.find(({ keys }) => matches(keys, path))?.sameness;
  if (sameness !== undefined) return meanSame(sameness, before, now);
  if (!isObject(before) || !isObject(now) || Array.isArray(before) !== Array.isArray(now)) return before === now;
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...keys].every((key) => isSame(patterns, [...path, key], before[key], now[key]));
}

function matches(keys: readonly string[], path: readonly string[]): boolean {
  return keys.length === path.length && keys.every((key, at) => key === "*" || key === path[at]);
}

function meanSame(sameness: Sameness, before: unknown, now: unknown): boolean {
  if (sameness.kind === "always" || before === now) return true;
  if (sameness.kind === "near") {
    const [old, amount] = [amountOf(before), amountOf(now)];
    return Math.abs(amount - old) <= Math.max(sameness.least, sameness.share * Math.max(old, amount));
  }
  if (sameness.kind === "table" && typeof before === "string" && typeof now === "string") {
    return isSameTable(sameness.share, before, now);
  }
  return false;
}

/** What is not there amounts to nothing. */
function amountOf(value: unknown): number {
  if (typeof value === "number") return value;
  return isObject(value) ? Object.values(value).reduce((sum: number, part) => sum + amountOf(part), 0) : 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isSameTable(share: number, before: string, now: string): boolean {
  const old = before.split("\n");
  const rows = now.split("\n");
  return old.length === rows.length && rows.every((row, at) => isSameRow(share, cells(old[at] ?? ""), cells(row)));
}

function cells(row: string): readonly string[] {
  return row.trim().split(/\s+/);
}

function isSameRow(share: number, before: readonly string[], now: readonly string[]): boolean {
  const whole = Math.max(...[...before, ...now].map(count).filter((value) => value !== undefined));
  return (
    before.length === now.length &&
    now.every((cell, at) => {
      const old = before[at] ?? "";
      if (cell === old) return true;
      return isWithin(percent(old), percent(cell), share * 100) || isWithin(count(old), count(cell), share * whole);
    })
  );
}

function isWithin(before: number | undefined, now: number | undefined, distance: number): boolean {
  return before !== undefined && now !== undefined && Math.abs(now - before) <= distance;
}

function count(cell: string): number | undefined {
  return /^\d+$/.test(cell) ? Number(cell) : undefined;
}

function percent(cell: string): number | undefined {
  return /^\d+%$/.test(cell) ? Number(cell.slice(0, -1)) : undefined;
}
