/** Whether a log and what was put aside of it hold what was written: numbered lines, none missing in between. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { NUMBER_DIGITS, type Writing } from "./children.ts";

/** A full log is put aside at once, so the last line may be in the first backup. */
export function hasLastLine(logFile: string, { lines, lineBytes }: Writing): boolean {
  return [logFile, `${logFile}.1`].some((file) => existsSync(file) && lastNumberIn(file, lineBytes) === lines - 1);
}

/**
 * Counts the bytes that are kept, from some line to the last.
 *
 * @throws Error when a line is missing or not whole
 */
export function countKept(logFile: string, { lines, lineBytes }: Writing): number {
  const text = Buffer.concat(filesOf(logFile).map((file) => readFileSync(file)));
  let expected = lines;
  for (let end = text.length; end > 0; end -= lineBytes) {
    expected -= 1;
    const start = end - lineBytes;
    // The oldest line may have begun in a file that is gone.
    if (start >= 0 && numberAt(text, start) !== expected) throw new Error(`${logFile}: line ${expected} is missing`);
  }
  return text.length;
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
    return size < lineBytes ? Number.NaN : numberAt(line, 0);
  } finally {
    closeSync(fd);
  }
}

function numberAt(text: Buffer, start: number): number {
  return Number(text.toString("latin1", start, start + NUMBER_DIGITS));
}
