/**
 * The section `[reports]` of Engine.config: when the engine reports, and how it listens for commands in between.
 *
 * @see docs/reference/engine-config.md#reports
 */
import type { IniDocument, IniProblem } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { MAX_LONG_POLL_MS } from "./device-api.ts";
import { notNegative, type SectionOption, SectionOptions } from "./section-options.ts";

/** The reports of a check-in. */
export type ReportAlias = "device_info" | "engine_report" | "usage_report";

export interface ReportPolicy {
  /** `always`: all reports at every check-in, as the original wrote them. */
  readonly policy: "changes" | "always";
  /** Seconds after which everything is told again, changed or not. */
  readonly fullEvery: number;
  /** Share of the interval, from 0 to 1, by which a check-in may come earlier. */
  readonly jitter: number;
  /** Seconds that the server is asked to hold a request for commands; 0: commands wait for the next check-in. */
  readonly longPoll: number;
  /** Seconds that lie at least between two writes of an alias. */
  readonly every: Readonly<Record<ReportAlias, number>>;
}

export const DEFAULT_REPORT_POLICY: ReportPolicy = {
  policy: "changes",
  fullEvery: 86_400,
  jitter: 0.1,
  longPoll: 240,
  every: { device_info: 60, engine_report: 10, usage_report: 300 },
};

export function parseReportPolicy(document: IniDocument): Result<ReportPolicy, IniProblem> {
  const options = new SectionOptions(document, "reports");
  const { policy, fullEvery, jitter, longPoll, every } = DEFAULT_REPORT_POLICY;
  const least = (alias: ReportAlias) => options.read(`${alias}_every`, seconds(every[alias]));
  const read: ReportPolicy = {
    policy: options.read("policy", { fallback: policy, parse: policyName, want: "changes or always" }),
    fullEvery: options.read("full_every", seconds(fullEvery)),
    jitter: options.read("jitter", { fallback: jitter, parse: share, want: "a number from 0 to 1" }),
    longPoll: options.read("long_poll", { ...seconds(longPoll), parse: pollSeconds, want: POLL_RANGE }),
    every: {
      device_info: least("device_info"),
      engine_report: least("engine_report"),
      usage_report: least("usage_report"),
    },
  };
  return options.problem === undefined ? ok(read) : fail(options.problem);
}

const MAX_POLL_SECONDS = MAX_LONG_POLL_MS / 1000;
const POLL_RANGE = `0, or a number of seconds from 1 to ${MAX_POLL_SECONDS}`;

function seconds(fallback: number): SectionOption<number> {
  return { fallback, parse: notNegative, want: "a number of seconds, 0 or more" };
}

function policyName(text: string): ReportPolicy["policy"] | null {
  return text === "changes" || text === "always" ? text : null;
}

function share(text: string): number | null {
  const number = notNegative(text);
  return number !== null && number <= 1 ? number : null;
}

function pollSeconds(text: string): number | null {
  const number = notNegative(text);
  if (number === null || number > MAX_POLL_SECONDS) return null;
  return number === 0 || number >= 1 ? number : null;
}
