import type { Colour, Paint } from "../paint.ts";
import type { Finding, Level } from "./check.ts";

/** `[WARN] disk           ...: what to do`, one line. */
export function findingLine({ check, level, text, mend }: Finding, paint: Paint): string {
  const [mark, colour] = MARKS[level];
  return `${paint(colour, mark)} ${check.padEnd(NAME_COLUMN)}${text}${mend === undefined ? "" : `; ${mend}`}\n`;
}

const NAME_COLUMN = 15;

const MARKS: Readonly<Record<Level, readonly [string, Colour]>> = {
  ok: ["[ OK ]", "green"],
  warn: ["[WARN]", "yellow"],
  fail: ["[FAIL]", "red"],
};
