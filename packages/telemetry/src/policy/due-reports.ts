import type { Timestamp } from "@gateway-engine/core/clock";
import type { ReportAlias, ReportPolicy } from "@gateway-engine/protocol/report-policy";
import { hasNews } from "./report-news.ts";
import { REPORT_RULES } from "./report-rules.ts";

/** A report as JSON. */
export interface MadeReport {
  readonly alias: ReportAlias;
  readonly value: string;
}

/** A report that the server has acknowledged. */
export interface SentReport extends MadeReport {
  readonly at: Timestamp;
  /** Of the time when it was sent. */
  readonly epoch: string;
}

export interface Occasion {
  readonly policy: ReportPolicy;
  readonly now: Timestamp;
  /** What a report is about, other than its content: another identity, server or state of installs needs all reports. */
  readonly epoch: string;
}

/** Which of the reports have to be sent now: all of them when one is missing or too old, otherwise those with news. */
export function dueReports(
  made: readonly MadeReport[],
  sent: readonly SentReport[],
  occasion: Occasion,
): readonly MadeReport[] {
  const { policy, now } = occasion;
  const lastOf = (alias: ReportAlias) => sent.find((one) => one.alias === alias);
  if (policy.policy === "always" || made.some(({ alias }) => isToBeToldAgain(lastOf(alias), occasion))) return made;
  return made.filter(({ alias, value }) => {
    const last = lastOf(alias);
    if (last === undefined) return true;
    return now - last.at >= policy.every[alias] * 1000 && hasNews(REPORT_RULES[alias], last.value, value);
  });
}

/** Also when the clock was set back: nobody knows then how old it is. */
function isToBeToldAgain(last: SentReport | undefined, { policy, now, epoch }: Occasion): boolean {
  if (last === undefined || last.epoch !== epoch) return true;
  return now < last.at || now - last.at >= policy.fullEvery * 1000;
}
