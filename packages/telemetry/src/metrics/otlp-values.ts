import type { Labels } from "./family.ts";

export function toAttributes(labels: Labels): readonly object[] {
  return Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value } }));
}

/** JSON has no word for what is no number; the encoding of protobuf has. */
export function toDouble(value: number): number | string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return value;
  return value > 0 ? "Infinity" : "-Infinity";
}
