import type { Target, Value } from "../measurement.ts";

export type Verdict = "met" | "missed" | "unknown";

/** @param values of all peers, by name; `own` is the one that has the target */
export function verdictOf(own: string, target: Target, values: ReadonlyMap<string, Value>): Verdict {
  const reached = boundOf(values.get(own));
  const limit = limitOf(target, values);
  if (reached === undefined || limit === undefined) return "unknown";
  return isWithin(target.kind, reached, limit) ? "met" : "missed";
}

export function describeTarget(target: Target, unit: string): string {
  switch (target.kind) {
    case "below":
      return `< ${target.limit} ${unit}`;
    case "at-least":
      return `>= ${target.limit} ${unit}`;
    case "no-more-than":
      return `<= ${target.peer}`;
    case "no-less-than":
      return `>= ${target.share === undefined ? "" : `${target.share} `}${target.peer}`;
  }
}

function isWithin(kind: Target["kind"], reached: number, limit: number): boolean {
  switch (kind) {
    case "below":
      return reached < limit;
    case "no-more-than":
      return reached <= limit;
    case "at-least":
    case "no-less-than":
      return reached >= limit;
  }
}

function limitOf(target: Target, values: ReadonlyMap<string, Value>): number | undefined {
  if (target.kind === "below" || target.kind === "at-least") return target.limit;
  const bound = boundOf(values.get(target.peer));
  if (bound === undefined || target.kind === "no-more-than") return bound;
  return bound * (target.share ?? 1);
}

function boundOf(value: Value | undefined): number | undefined {
  if (typeof value === "number") return value;
  return value !== undefined && "moreThan" in value ? value.moreThan : undefined;
}
