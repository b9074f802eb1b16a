import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { Labels } from "./family.ts";

export interface NamedSample {
  /** With its suffix. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** One line such as `http_requests_total{method="post",code="200"} 1027`. */
export function parseSample(line: string): Result<NamedSample, string> {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0];
  if (name === undefined) return fail("a line must begin with # or the name of a metric");
  const behind = line.slice(name.length).trimStart();
  const labels = behind.startsWith("{") ? parseLabels(behind) : ok({ labels: {}, length: 0 });
  if (!labels.ok) return fail(`${name}: ${labels.problem}`);
  const [text, time] = behind
    .slice(labels.value.length)
    .trim()
    .split(/[ \t]+/);
  const value = parseNumber(text ?? "");
  if (value === undefined) return fail(`${name}: "${text}" is no number`);
  if (time !== undefined) return fail(`${name}: a time behind the value is not taken`);
  return ok({ name, labels: labels.value.labels, value });
}

/** @param text begins with `{` */
function parseLabels(text: string): Result<{ readonly labels: Labels; readonly length: number }, string> {
  const labels: Record<string, string> = Object.create(null);
  let at = 1;
  for (;;) {
    at += BLANKS.exec(text.slice(at))?.[0].length ?? 0;
    if (text[at] === "}") return ok({ labels: { ...labels }, length: at + 1 });
    const [pair, name, value] = LABEL.exec(text.slice(at)) ?? [];
    if (pair === undefined || name === undefined || value === undefined) return fail('labels must be name="value"');
    if (name in labels) return fail(`the label ${name} is there twice`);
    const read = withoutEscapes(value);
    if (read === undefined)
      return fail(`the label ${name} holds a backslash before another character than \\, " and n`);
    labels[name] = read;
    at += pair.length;
    if (text[at] !== "," && text[at] !== "}") return fail("labels must be separated by commas and end with }");
    if (text[at] === ",") at += 1;
  }
}

const BLANKS = /^[ \t]+/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*/;

function withoutEscapes(value: string): string | undefined {
  if (/\\[^\\"n]/.test(value.replaceAll("\\\\", ""))) return undefined;
  return value.replaceAll(/\\([\\"n])/g, (_, char: string) => (char === "n" ? "\n" : char));
}

/** As Go's ParseFloat, which Prometheus uses, reads decimal numbers. */
function parseNumber(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word === undefined) return undefined;
  if (word.toLowerCase() === "nan") return Number.NaN;
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
