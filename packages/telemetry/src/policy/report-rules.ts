import type { ReportAlias } from "@gateway-engine/protocol/report-policy";
import type { ReportRule, Sameness } from "./report-news.ts";

const NO_NEWS: Sameness = { kind: "always" };
/** A disk or a memory that fills tells so ten times on its way. */
const TABLE: Sameness = { kind: "table", share: 0.1 };
/** Bytes that passed: a tenth more, and a megabyte at least. */
const BYTES: Sameness = { kind: "near", share: 0.1, least: 1_000_000 };
/**
 * What of each report is not worth a report of its own. A key that is not named here is: whoever adds one that moves by
 * itself names it here too.
 */
export const REPORT_RULES: Readonly<Record<ReportAlias, ReportRule>> = {
  device_info: [
    ["df", TABLE],
    ["free", TABLE],
    // The boot's id tells of a new one.
    ["boot/since", NO_NEWS],
    ["temperature/*", { kind: "near", share: 0, least: 10 }],
    ["storage/*/erases", { kind: "near", share: 0.1, least: 100 }],
  ],
  engine_report: [
    ["apps/*/*/uptime", NO_NEWS],
    // A program that was started again is counted in its restarts.
    ["apps/*/*/pid", NO_NEWS],
    ["apps/*/*/cpu_seconds", NO_NEWS],
    ["apps/*/*/cpu_percent", NO_NEWS],
    ["apps/*/*/memory", { kind: "near", share: 0.25, least: 16_777_216 }],
  ],
  usage_report: [
    ["*/top_consumer", NO_NEWS],
    ["*/interface/since_midnight", NO_NEWS],
    ["*/*/*", BYTES],
  ],
};
