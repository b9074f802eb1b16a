import { DEFAULT_REPORT_POLICY } from "@gateway-engine/protocol/report-policy";
import { expect, test } from "vitest";
import { dueReports, type MadeReport, type Occasion, type SentReport } from "../../src/policy/due-reports.ts";

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const SENT_AT = 1_795_000_000_000;

const report = (status: string) => JSON.stringify({ apps: [{ sine: { status, uptime: "0:00:01" } }] });
const made = (status: string): readonly MadeReport[] => [
  { alias: "device_info", value: '{"uname":"Linux"}' },
  { alias: "engine_report", value: report(status) },
];
const sent = (changes: Partial<SentReport> = {}): readonly SentReport[] =>
  made("RUNNING").map((one) => ({ ...one, at: SENT_AT, epoch: "e1", ...changes }));
const occasion = (changes: Partial<Occasion> = {}): Occasion => ({
  policy: DEFAULT_REPORT_POLICY,
  now: SENT_AT + 60 * SECOND,
  epoch: "e1",
  ...changes,
});
const due = (...args: Parameters<typeof dueReports>) => dueReports(...args).map(({ alias }) => alias);

const ALL = ["device_info", "engine_report"];

test("nothing is due when nothing has changed", () => {
  expect(due(made("RUNNING"), sent(), occasion())).toEqual([]);
});

test("only what has changed is due", () => {
  expect(due(made("FATAL"), sent(), occasion())).toEqual(["engine_report"]);
});

test.each<readonly [why: string, sent: readonly SentReport[], occasion: Occasion]>([
  ["none was sent so far", [], occasion()],
  ["one of them was not acknowledged", sent().slice(1), occasion()],
  ["they are old", sent(), occasion({ now: SENT_AT + DAY })],
  ["one of them is old", [...sent({ at: SENT_AT - DAY }).slice(0, 1), ...sent().slice(1)], occasion()],
  ["the clock was set back behind the last ones", sent(), occasion({ now: SENT_AT - 1 })],
  ["the epoch is another", sent(), occasion({ epoch: "e2" })],
  ["the policy is to send always", sent(), occasion({ policy: { ...DEFAULT_REPORT_POLICY, policy: "always" } })],
])("all are due when %s", (_why, before, when) => {
  expect(due(made("RUNNING"), before, when)).toEqual(ALL);
});

test("a storm of changes is folded into one write in the time that an alias has to rest", () => {
  const written: string[] = [];
  let last = sent();
  for (let second = 1; second <= 35; second += 1) {
    const now = SENT_AT + second * SECOND;
    const reports = made(second % 2 === 0 ? "RUNNING" : "BACKOFF");
    for (const one of dueReports(reports, last, occasion({ now }))) {
      written.push(`${second}: ${one.alias}`);
      last = last.map((before) => (before.alias === one.alias ? { ...one, at: now, epoch: "e1" } : before));
    }
  }
  expect(written).toEqual(["11: engine_report", "22: engine_report", "33: engine_report"]);
});
