/** Metrics that the applications of the gateway bring: over HTTP, or as files in a folder. */
import { join } from "node:path";
import type { Clock, Timestamp } from "@gateway-engine/core/clock";
import type { Files } from "@gateway-engine/core/files";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { family, type MetricFamily } from "./family.ts";
import { mergeSources, type SourceProblem } from "./merge.ts";
import { parseMetrics } from "./parse-text.ts";

export interface BroughtMetricsDeps {
  readonly files: Pick<Files, "readText" | "list" | "stat">;
  readonly clock: Pick<Clock, "now">;
  /** Where `<application>.prom` files are; empty: nowhere. */
  readonly textFolder: string;
}

/** What one application may bring, so that none of them fills the memory or the line. */
export const LARGEST_TEXT_BYTES = 262_144;
const MAX_SERIES = 1000;
/** So many over HTTP, and as many as files. */
const MAX_APPLICATIONS = 64;

interface BroughtText {
  readonly application: string;
  readonly source: "http" | "file";
  readonly at: Timestamp;
  readonly families: Result<readonly MetricFamily[], string>;
}

export class BroughtMetrics {
  readonly #deps: BroughtMetricsDeps;
  /** By application. Kept as text, which takes less memory than what it means. */
  readonly #texts = new Map<string, { readonly text: string; readonly at: Timestamp }>();

  constructor(deps: BroughtMetricsDeps) {
    this.#deps = deps;
  }

  /** Takes the place of what the application has brought before. @returns what is wrong with it; then nothing changes */
  put(application: string, text: string): Result<undefined, string> {
    if (!isApplicationName(application)) return fail(NAME_RULE);
    if (!this.#texts.has(application) && this.#texts.size === MAX_APPLICATIONS) {
      return fail(`metrics of ${MAX_APPLICATIONS} applications are kept at most; DELETE those of one that is gone`);
    }
    const families = parse(text);
    if (!families.ok) return families;
    this.#texts.set(application, { text, at: this.#deps.clock.now() });
    return ok(undefined);
  }

  remove(application: string): void {
    this.#texts.delete(application);
  }

  /** The gateway's own metrics, and behind them those of the applications, with what is wrong with some. */
  async behind(own: readonly MetricFamily[]): Promise<readonly MetricFamily[]> {
    const brought = [...this.#putTexts(), ...(await this.#fileTexts())];
    if (brought.length === 0) return own;
    const sources = brought.flatMap(({ application, families }) =>
      families.ok ? [{ name: application, families: families.value }] : [],
    );
    const merged = mergeSources(own, sources);
    return [...merged.families, ...stateOf(brought, merged.problems)];
  }

  #putTexts(): readonly BroughtText[] {
    return [...this.#texts].map(([application, { text, at }]) => ({
      application,
      source: "http",
      at,
      families: parse(text),
    }));
  }

  async #fileTexts(): Promise<readonly BroughtText[]> {
    const { files, textFolder } = this.#deps;
    if (textFolder === "") return [];
    const names = (await files.list(textFolder)).filter((name) => name.endsWith(SUFFIX) && !name.startsWith("."));
    const texts = await Promise.all(names.slice(0, MAX_APPLICATIONS).map((name) => this.#readFile(name)));
    return texts.filter((text) => text !== undefined);
  }

  /** @returns undefined when the file went away meanwhile */
  async #readFile(name: string): Promise<BroughtText | undefined> {
    const { files, textFolder } = this.#deps;
    const application = name.slice(0, -SUFFIX.length);
    const stat = await files.stat(join(textFolder, name));
    if (stat === undefined) return undefined;
    const read = (families: BroughtText["families"]): BroughtText => ({
      application,
      source: "file",
      at: stat.modifiedAt,
      families,
    });
    const wrong = (problem: string) => read(fail(problem));
    if (!isApplicationName(application)) return wrong(NAME_RULE);
    if (this.#texts.has(application)) return wrong("its metrics come over HTTP; the file is not read");
    if (stat.kind !== "file") return wrong("it is no plain file");
    if (stat.size > LARGEST_TEXT_BYTES) return wrong(`it is over ${LARGEST_TEXT_BYTES} bytes`);
    const text = await files.readText(join(textFolder, name));
    return text === undefined ? undefined : read(parse(text));
  }
}

function parse(text: string): Result<readonly MetricFamily[], string> {
  const parsed = parseMetrics(text, MAX_SERIES);
  if (parsed.ok) return parsed;
  const { line, problem } = parsed.problem;
  return fail(`line ${line}: ${problem}`);
}

function stateOf(brought: readonly BroughtText[], misfits: readonly SourceProblem[]): readonly MetricFamily[] {
  const problemOf = ({ application, families }: BroughtText) =>
    families.ok ? misfits.find(({ source }) => source === application)?.problem : families.problem;
  return [
    family(
      "gauge",
      "gwe_metrics_text_error",
      "Whether the metrics of the application cannot be used, and why.",
      brought.map((text) => {
        const { application, source } = text;
        const reason = problemOf(text);
        if (reason === undefined) return [{ application, source }, 0];
        return [{ application, source, reason: reason.slice(0, LONGEST_REASON) }, 1];
      }),
    ),
    family(
      "gauge",
      "gwe_metrics_text_timestamp_seconds",
      "When the application brought its metrics, in unixtime.",
      brought.map(({ application, source, at }) => [{ application, source }, at / 1000]),
    ),
  ];
}

function isApplicationName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(text);
}

const NAME_RULE = "an application's name has up to 64 letters, digits, dots, dashes and underscores";
const SUFFIX = ".prom";
const LONGEST_REASON = 200;
