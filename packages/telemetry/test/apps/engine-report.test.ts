import { describe, expect, test } from "vitest";
import { type EngineFacts, engineReport, formatUptime } from "../../src/apps/engine-report.ts";
import type { SupervisedProcess } from "../../src/apps/supervised-process.ts";

function process(change: Partial<SupervisedProcess>): SupervisedProcess {
  return { name: "app", group: "app", statename: "RUNNING", exitstatus: 0, start: 1000, now: 1020, pid: 7, ...change };
}

function reportOf(facts: Partial<EngineFacts>) {
  const none = { processes: [], installed: [], restarts: new Map(), usages: new Map(), committedAt: () => undefined };
  return engineReport({ ...none, build: "2.0.0", interval: 60, ...facts });
}

describe("the engine report", () => {
  test("joins what runs with the version that was installed and with what it uses", () => {
    const report = reportOf({
      processes: [process({ name: "gmq", group: "gmq" })],
      installed: [{ name: "gmq", version: "1.2" }],
      restarts: new Map([["gmq", 3]]),
      usages: new Map([[7, { cpuSeconds: 12.5, cpuPercent: 0.4, memory: 8192 }]]),
      committedAt: (app) => (app === "gmq" ? 1_795_400_873_780 : undefined),
    });
    expect(report).toEqual({
      apps: [
        {
          gmq: {
            ...{ exitstatus: 0, status: "RUNNING", uptime: "0:00:20", version: "1.2" },
            ...{ pid: 7, restarts: 3, cpu_seconds: 12.5, cpu_percent: 0.4, memory: 8192, since: 1_795_400_873_780 },
          },
        },
      ],
      build: "2.0.0",
      interval: 60,
    });
  });

  test("names what the engine did not install, without a version", () => {
    const { apps } = reportOf({ processes: [process({ statename: "EXITED", exitstatus: 3, pid: 0 })] });
    expect(apps).toEqual([{ app: { exitstatus: 3, status: "EXITED", uptime: "", version: "" } }]);
  });

  test("leaves out the share of a processor where no time has passed", () => {
    const usages = new Map([[7, { cpuSeconds: 0, cpuPercent: undefined, memory: 1 }]]);
    const { apps } = reportOf({ processes: [process({})], usages });
    expect(Object.keys(apps[0]?.["app"] ?? {})).not.toContain("cpu_percent");
  });

  test("names an application that has no program, after the others", () => {
    const { apps } = reportOf({ processes: [process({})], installed: [{ name: "reboot", version: "7" }] });
    expect(apps.map((app) => Object.keys(app))).toEqual([["app"], ["reboot"]]);
    expect(apps[1]).toEqual({ reboot: { exitstatus: 0, status: "", uptime: "", version: "7" } });
  });

  test("names each process of a program that runs several times, with its own restarts", () => {
    const workers = ["w_00", "w_01"].map((name) => process({ name, group: "w" }));
    const installed = [{ name: "w", version: "2" }];
    const { apps } = reportOf({ processes: workers, installed, restarts: new Map([["w:w_01", 4]]) });
    expect(apps).toEqual([
      { "w:w_00": expect.not.objectContaining({ restarts: 4 }) },
      { "w:w_01": expect.objectContaining({ version: "2", restarts: 4 }) },
    ]);
  });
});

test.each([
  [0, "0:00:00"],
  [20.9, "0:00:20"],
  [-5, "0:00:00"],
  [3600, "1:00:00"],
  [86_399, "23:59:59"],
  [86_420, "1 day, 0:00:20"],
  [12 * 86_400 + 3 * 3600 + 4 * 60 + 5, "12 days, 3:04:05"],
])("%d s of uptime are written %s", (seconds, text) => {
  expect(formatUptime(seconds)).toBe(text);
});
