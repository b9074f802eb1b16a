/** Reads the text format 0.0.4 of Prometheus, as applications write it. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { METRIC_TYPES, type MetricFamily, type MetricType, type Sample, seriesKey } from "./family.ts";
import { parseSample } from "./parse-sample.ts";

export interface TextProblem {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/**
 * As strict as Prometheus where it matters: one group of lines a name, its TYPE before its samples, no series twice. The
 * last line may lack its newline. A time behind a value is refused: what is asked for is what is now.
 *
 * @param maxSeries more are a problem
 */
export function parseMetrics(text: string, maxSeries: number): Result<readonly MetricFamily[], TextProblem> {
  const reader = new TextReader(maxSeries);
  for (const [index, line] of text.split("\n").entries()) {
    const problem = reader.read(line.replaceAll(/^[ \t]+|[ \t\r]+$/g, ""));
    if (problem !== undefined) return fail({ line: index + 1, problem });
  }
  return ok(reader.families());
}

interface OpenFamily {
  readonly name: string;
  type: MetricType | undefined;
  help: string | undefined;
  readonly samples: Sample[];
}

class TextReader {
  readonly #maxSeries: number;
  readonly #families = new Map<string, OpenFamily>();
  readonly #series = new Set<string>();
  #current: OpenFamily | undefined;

  constructor(maxSeries: number) {
    this.#maxSeries = maxSeries;
  }

  /** @returns what is wrong with the line, if anything */
  read(line: string): string | undefined {
    if (line === "") return undefined;
    if (!line.startsWith("#")) return this.#readSample(line);
    const [, keyword, name, text] = ABOUT.exec(line) ?? [];
    if (keyword === undefined || name === undefined) return undefined;
    if (!METRIC_NAME.test(name)) return `"${name}" is no name of a metric`;
    return keyword === "TYPE" ? this.#readType(name, text ?? "") : this.#readHelp(name, text ?? "");
  }

  families(): readonly MetricFamily[] {
    return [...this.#families.values()]
      .filter(({ samples }) => samples.length > 0)
      .map(({ name, type, help, samples }) => ({ name, type: type ?? "untyped", help: help ?? "", samples }));
  }

  #readType(name: string, text: string): string | undefined {
    const type = METRIC_TYPES.find((known) => known === text.trim());
    if (type === undefined) return `the type of ${name} must be one of ${METRIC_TYPES.join(", ")}`;
    const family = this.#enter(name);
    if (typeof family === "string") return family;
    if (family.type !== undefined) return `${name} has a second TYPE`;
    if (family.samples.length > 0) return `the TYPE of ${name} comes after its first value`;
    family.type = type;
    return undefined;
  }

  #readHelp(name: string, text: string): string | undefined {
    const family = this.#enter(name);
    if (typeof family === "string") return family;
    if (family.help !== undefined) return `${name} has a second HELP`;
    family.help = text.replaceAll(/\\([\\n])/g, (_, char: string) => (char === "n" ? "\n" : char));
    return undefined;
  }

  #readSample(line: string): string | undefined {
    const sample = parseSample(line);
    if (!sample.ok) return sample.problem;
    const { name, labels, value } = sample.value;
    const family = this.#enter(this.#familyOf(name));
    if (typeof family === "string") return family;
    const read: Sample = { suffix: name.slice(family.name.length), labels, value };
    const misfit = labelMisfit(family, read);
    if (misfit !== undefined) return misfit;
    const key = seriesKey(family, read);
    if (this.#series.has(key)) return `${name} has two values with the same labels`;
    if (this.#series.size === this.#maxSeries) return `there are more than ${this.#maxSeries} values`;
    this.#series.add(key);
    family.samples.push(read);
    return undefined;
  }

  /** `a_sum` belongs to `a` when that is a histogram or a summary. */
  #familyOf(name: string): string {
    const [, base, suffix] = /^(.+)(_bucket|_sum|_count)$/.exec(name) ?? [];
    const type = base === undefined ? undefined : this.#families.get(base)?.type;
    if (base === undefined || suffix === undefined) return name;
    return type === "histogram" || (type === "summary" && suffix !== "_bucket") ? base : name;
  }

  /** @returns what is wrong when lines of another name stand between those of this one */
  #enter(name: string): OpenFamily | string {
    if (this.#current?.name === name) return this.#current;
    if (this.#families.has(name)) return `the lines of ${name} do not stand together`;
    const family: OpenFamily = { name, type: undefined, help: undefined, samples: [] };
    this.#families.set(name, family);
    this.#current = family;
    return family;
  }
}

function labelMisfit({ name, type }: OpenFamily, { suffix, labels }: Sample): string | undefined {
  if (type === "histogram" && suffix === "") return `the histogram ${name} has a value without _bucket, _sum or _count`;
  if (suffix === "_bucket" && labels["le"] === undefined) return `${name}_bucket has a value without the label le`;
  if (type === "summary" && suffix === "" && labels["quantile"] === undefined) {
    return `the summary ${name} has a value without the label quantile`;
  }
  return undefined;
}

/** `# HELP name text`, `# TYPE name type`; any other comment is none of ours. */
const ABOUT = /^#[ \t]+(HELP|TYPE)[ \t]+([^ \t]+)(?:[ \t]+(.*))?$/s;
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
