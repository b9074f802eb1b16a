import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasNews } from "../../src/policy/report-news.ts";
import { REPORT_RULES } from "../../src/policy/report-rules.ts";

const DF = "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/root 1000000 430000 570000 43% /\n";
const FREE = "      total  used  free\nMem:  1000000 300000 700000\nSwap: 0 0 0\n";

const INFO = {
  uname: "Linux gw 6.1",
  df: DF,
  free: FREE,
  ipaddrs: "eth0: 10.0.0.7/8",
  boot: { id: "b1", since: 1_795_000_000 },
  temperature: { cpu: 45 },
};
const info = (changes: object) => JSON.stringify({ ...INFO, ...changes });

describe("device_info", () => {
  test.each<readonly [what: string, changes: object, isNews: boolean]>([
    ["nothing", {}, false],
    ["another kernel", { uname: "Linux gw 6.2" }, true],
    ["another address", { ipaddrs: "eth0: 10.0.0.8/8" }, true],
    ["a key that was not there", { kernel: "6.1" }, true],
    ["a disk a little fuller", { df: DF.replace("430000 570000 43%", "520000 480000 52%") }, false],
    ["a disk much fuller", { df: DF.replace("430000 570000 43%", "600000 400000 60%") }, true],
    ["a small disk that is full by its share only", { df: DF.replace("43%", "93%") }, true],
    ["wider columns", { df: DF.replaceAll(" ", "   ") }, false],
    ["another disk", { df: `${DF}/dev/sda1 100 50 50 50% /mnt\n` }, true],
    ["another file system at the same place", { df: DF.replace("/dev/root", "/dev/sda1") }, true],
    ["a larger disk", { df: DF.replace("1000000", "2000000") }, true],
    ["a little less memory", { free: FREE.replace("300000 700000", "390000 610000") }, false],
    ["much less memory", { free: FREE.replace("300000 700000", "500000 500000") }, true],
    ["the start of the machine worked out anew", { boot: { id: "b1", since: 1_795_000_001 } }, false],
    ["another start of the machine", { boot: { id: "b2", since: 1_795_000_001 } }, true],
    ["a warmer processor", { temperature: { cpu: 52 } }, false],
    ["a hot processor", { temperature: { cpu: 80 } }, true],
    ["swap that was switched on", { free: FREE.replace("0 0 0", "500000 0 500000") }, true],
  ])("%s", (_what, changes, isNews) => {
    expect(hasNews(REPORT_RULES.device_info, info({}), info(changes))).toBe(isNews);
  });
});

describe("engine_report", () => {
  const app = { exitstatus: 0, status: "RUNNING", uptime: "0:00:20", version: "1" };
  const report = (...apps: readonly object[]) => JSON.stringify({ apps });

  test.each<readonly [what: string, now: string, isNews: boolean]>([
    ["uptime goes on", report({ sine: { ...app, uptime: "1 day, 0:00:00" } }), false],
    ["it has used the processor", report({ sine: { ...app, pid: 8, cpu_seconds: 9, cpu_percent: 3 } }), false],
    ["it was started again", report({ sine: { ...app, restarts: 1 } }), true],
    ["a program has ended", report({ sine: { ...app, status: "EXITED", uptime: "" } }), true],
    ["another exit status", report({ sine: { ...app, exitstatus: 1 } }), true],
    ["another version", report({ sine: { ...app, version: "2" } }), true],
    ["another application", report({ sine: app }, { camera: app }), true],
    ["one less", report(), true],
    ["another name", report({ cosine: app }), true],
  ])("%s", (_what, now, isNews) => {
    expect(hasNews(REPORT_RULES.engine_report, report({ sine: app }), now)).toBe(isNews);
  });

  test("an application that is called uptime is an application like any other", () => {
    const rule = REPORT_RULES.engine_report;
    expect(hasNews(rule, report({ uptime: app }), report({ uptime: { ...app, status: "FATAL" } }))).toBe(true);
  });
});

describe("usage_report", () => {
  const usage = (tot_rx: number, more: object = {}) =>
    JSON.stringify({
      eth0: {
        top_consumer: "gwe",
        interface: { since_boot: { num: 0, tot_rx, max_rx: 0, tot_tx: 0, max_tx: 0 } },
        gwe: {},
        ...more,
      },
    });

  test.each<readonly [what: string, now: string, isNews: boolean]>([
    ["less than a megabyte more", usage(2_900_000), false],
    ["a megabyte and a tenth more", usage(3_500_000), true],
    ["a counter that began anew", usage(0), true],
    ["a source that was not there", usage(2_000_000, { gwe: { "read:engine_fetch": { num: 1, tot_rx: 300 } } }), false],
    ["a group that was not there", usage(2_000_000, { gmq: {} }), true],
  ])("%s", (_what, now, isNews) => {
    expect(hasNews(REPORT_RULES.usage_report, usage(2_000_000), now)).toBe(isNews);
  });
});

test("what is no JSON is news as soon as it is another text", () => {
  expect(hasNews([], "{", "{}")).toBe(true);
  expect(hasNews([], "{", "{")).toBe(false);
});

test("without a rule there is news exactly when the values differ", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, now) => {
      const [one, other] = [JSON.stringify(before), JSON.stringify(now)];
      const ordered = (value: unknown): unknown =>
        typeof value !== "object" || value === null || Array.isArray(value)
          ? value
          : Object.fromEntries(Object.entries(value).toSorted());
      const deep = (text: string) => JSON.stringify(JSON.parse(text, (_key, value: unknown) => ordered(value)));
      expect(hasNews([], one, other)).toBe(deep(one) !== deep(other));
      expect(hasNews([], one, one)).toBe(false);
    }),
  );
});
