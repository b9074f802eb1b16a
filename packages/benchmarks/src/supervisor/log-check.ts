/** Whether a log and what was put aside of it hold what was written: numbered lines. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { NUMBER_DIGITS, type Writing } from "./children.ts";

/** A full log is put aside at once, so the last line may be in the first backup. */
export function hasLastLine(logFile: string, { lines, lineBytes }: Writing): boolean {
  return [logFile, `${logFile}.1`].some((file) => existsSync(file) && lastNumberIn(file, lineBytes) === lines - 1);
}

/** Counts the bytes that are missing between the oldest line that is kept and the last one that was written. */
export function missingBytes(logFile: string, { lines, lineBytes }: Writing): number {
  const text = Buffer.concat(filesOf(logFile).map((file) => readFileSync(file))).toString("latin1");
  const kept = text
    .split("\n")
    .filter((line) => line.length === lineBytes - 1)
    .map((line) => Number(line.slice(0, NUMBER_DIGITS)));
  return (lines - (kept[0] ?? 0) - new Set(kept).size) * lineBytes;
}

/** The oldest first. */
function filesOf(logFile: string): readonly string[] {
  const files: string[] = [];
  for (let index = 1; existsSync(`${logFile}.${index}`); index += 1) files.unshift(`${logFile}.${index}`);
  return [...files, logFile];
}

function lastNumberIn(file: string, lineBytes: number): number {
  const fd = openSync(file, "r");
  try {
    const line = Buffer.alloc(lineBytes);
    const size = readSync(fd, line, 0, lineBytes, Math.max(0, fstatSync(fd).size - lineBytes));
    return size < lineBytes ? Number.NaN : Number(line.toString("latin1", 0, NUMBER_DIGITS));
  } finally {
    closeSync(fd);
  }
}
