/** The lines of a log, over the parts that it was put aside in: since a time, or the last ones. */

import { bytesOf, type LogFiles, type LogPart, partsOf } from "./log-series.ts";
import { timeOfLine } from "./log-time.ts";

export interface LogLine {
  readonly text: string;
  /** When it was written, in milliseconds since 1970; of a line that does not say, when the one before was; undefined: nobody says. */
  readonly at: number | undefined;
}

export interface LogWindow {
  /** Milliseconds since 1970. */
  readonly since?: number | undefined;
  /** At most so many, the newest. */
  readonly last?: number | undefined;
  /** Only so many bytes of the log itself; the rest is somebody else's. */
  readonly bytes?: number | undefined;
}

/** What lies in the window of the log at `path`, the oldest line first. */
export async function* linesIn(
  files: LogFiles,
  path: string,
  { since, last, bytes }: LogWindow,
): AsyncGenerator<LogLine> {
  const all = (await partsOf(files, path)).map((part) => {
    return part.path === path && bytes !== undefined ? { ...part, size: Math.min(part.size, bytes) } : part;
  });
  const parts = since === undefined ? all : all.filter(({ modifiedAt }) => modifiedAt >= since);
  const newest = last === undefined ? parts : await withLastLines(files, parts, last);
  const lines = since === undefined ? timedLines(files, newest) : linesSince(timedLines(files, newest), since);
  if (last === undefined) yield* lines;
  else yield* lastOf(lines, last);
}

/** A line without a time of its own belongs to the one before. */
async function* timedLines(files: LogFiles, parts: readonly LogPart[]): AsyncGenerator<LogLine> {
  let at: number | undefined;
  for (const part of parts) {
    for await (const text of splitLines(bytesOf(files, part))) {
      at = timeOfLine(text) ?? at;
      yield { text, at };
    }
  }
}

async function* linesSince(lines: AsyncIterable<LogLine>, since: number): AsyncGenerator<LogLine> {
  for await (const line of lines) if (line.at === undefined || line.at >= since) yield line;
}

export async function* lastOf<Line>(lines: AsyncIterable<Line>, count: number): AsyncGenerator<Line> {
  const kept: Line[] = [];
  for await (const line of lines) {
    kept.push(line);
    // In batches: to move all of them at each line would take most of the time.
    if (kept.length >= count * 2 + 1000) kept.splice(0, kept.length - count);
  }
  yield* kept.slice(Math.max(0, kept.length - count));
}

/** The newest parts that hold `count` lines between them. */
async function withLastLines(files: LogFiles, parts: readonly LogPart[], count: number): Promise<readonly LogPart[]> {
  let found = 0;
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const part = parts[index];
    if (part !== undefined) found += await countLines(files, part);
    if (found >= count) return parts.slice(index);
  }
  return parts;
}

async function countLines(files: LogFiles, part: LogPart): Promise<number> {
  let lines = 0;
  for await (const bytes of bytesOf(files, part)) {
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  }
  return lines;
}

const NEWLINE = 10;

/** A line longer than this is shown in pieces, so that a log without line ends does not fill the memory. */
const LONGEST_LINE = 65_536;

async function* splitLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length < LONGEST_LINE) continue;
    yield rest;
    rest = "";
  }
  if (rest !== "") yield rest;
}
