import type { Target, Value } from "../measurement.ts";

export type Verdict = "met" | "missed" | "unknown";

/** @param values of all peers, by name; `own` is the one that has the target */
export function verdictOf(own: string, target: Target, values: ReadonlyMap<string, Value>): Verdict {
  const reached = boundOf(values.get(own));
  const limit = target.kind === "below" ? target.limit : boundOf(values.get(target.peer));
  if (reached === undefined || limit === undefined) return "unknown";
  const isMet =
    target.kind === "no-less-than" ? reached >= limit : target.kind === "below" ? reached < limit : reached <= limit;
  return isMet ? "met" : "missed";
}

export function describeTarget(target: Target, unit: string): string {
  switch (target.kind) {
    case "below":
      return `< ${target.limit} ${unit}`;
    case "no-more-than":
      return `<= ${target.peer}`;
    case "no-less-than":
      return `>= ${target.peer}`;
  }
}

function boundOf(value: Value | undefined): number | undefined {
  if (typeof value === "number") return value;
  return value !== undefined && "moreThan" in value ? value.moreThan : undefined;
}
