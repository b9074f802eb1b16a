import { describe, expect, test } from "vitest";
import { engineReport, formatUptime, type SupervisedProcess } from "../src/engine-report.ts";

function process(change: Partial<SupervisedProcess>): SupervisedProcess {
  return { name: "app", group: "app", statename: "RUNNING", exitstatus: 0, start: 1000, now: 1020, ...change };
}

describe("the engine report", () => {
  test("joins what runs with the version that was installed", () => {
    expect(engineReport([process({ name: "gmq", group: "gmq" })], [{ name: "gmq", version: "1.2" }])).toEqual({
      apps: [{ gmq: { exitstatus: 0, status: "RUNNING", uptime: "0:00:20", version: "1.2" } }],
    });
  });

  test("names what the engine did not install, without a version", () => {
    const { apps } = engineReport([process({ statename: "EXITED", exitstatus: 3 })], []);
    expect(apps).toEqual([{ app: { exitstatus: 3, status: "EXITED", uptime: "", version: "" } }]);
  });

  test("names an application that has no program, after the others", () => {
    const { apps } = engineReport([process({})], [{ name: "reboot", version: "7" }]);
    expect(apps.map((app) => Object.keys(app))).toEqual([["app"], ["reboot"]]);
    expect(apps[1]).toEqual({ reboot: { exitstatus: 0, status: "", uptime: "", version: "7" } });
  });

  test("names each process of a program that runs several times", () => {
    const workers = ["w_00", "w_01"].map((name) => process({ name, group: "w" }));
    const { apps } = engineReport(workers, [{ name: "w", version: "2" }]);
    expect(apps).toEqual([
      { "w:w_00": expect.objectContaining({ version: "2" }) },
      { "w:w_01": expect.objectContaining({ version: "2" }) },
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
