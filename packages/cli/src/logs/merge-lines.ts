import type { LogLine } from "./log-lines.ts";

export interface LabelledLine extends LogLine {
  readonly label: string;
}

/** The lines of several logs in the order of their times; each log keeps its own order. */
export async function* mergeLines(
  logs: readonly { readonly label: string; readonly lines: AsyncIterable<LogLine> }[],
): AsyncGenerator<LabelledLine> {
  const heads: { label: string; line: LogLine; rest: AsyncIterator<LogLine> }[] = [];
  for (const { label, lines } of logs) {
    const rest = lines[Symbol.asyncIterator]();
    const first = await rest.next();
    if (first.done !== true) heads.push({ label, line: first.value, rest });
  }
  for (;;) {
    const [first, ...others] = heads;
    if (first === undefined) return;
    const head = others.reduce((one, other) => (timeOf(other.line) < timeOf(one.line) ? other : one), first);
    yield { ...head.line, label: head.label };
    const next = await head.rest.next();
    if (next.done === true) heads.splice(heads.indexOf(head), 1);
    else head.line = next.value;
  }
}

/** What nobody knows the time of comes first, so that it does not hold up the others. */
function timeOf({ at }: LogLine): number {
  return at ?? Number.NEGATIVE_INFINITY;
}
