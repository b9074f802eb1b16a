/** The three reports of a real engine with a real supervisor, and what a consumer written for the original makes of them. */
import { VERSION } from "@gateway-engine/core/version";
import type { AppReport } from "@gateway-engine/protocol/reports";
import { goodPackage, longRunningPackage } from "@gateway-engine/testkit/package-fixtures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Cloud } from "../support/cloud.ts";
import { Gateway } from "../support/gateway.ts";
import { Supervisord } from "../support/supervisord.ts";
import { showDeviceInfo, showEngineReport, showUsageReport } from "./published-web-client.ts";

const NATURAL = expect.toSatisfy((value) => Number.isInteger(value) && value >= 0, "a whole number");

let cloud: Cloud;
let gateway: Gateway;
let supervisord: Supervisord;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.make({ server: cloud.url, updateInterval: 1 });
  supervisord = await Supervisord.start(gateway);
  const packages = [longRunningPackage({ name: "ticker", version: "1" }), goodPackage({ name: "once", version: "7" })];
  for (const { fileName, bytes } of packages) cloud.content.set(fileName, bytes);
  gateway.start();
  cloud.orderInstall(...packages.map(({ fileName }) => fileName));
  await cloud.until(() => tickerOf()?.status === "RUNNING" && Object.hasOwn(appsOf(), "once"));
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  await supervisord?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

function appsOf(): Readonly<Record<string, AppReport>> {
  const { apps = [] } = JSON.parse(cloud.valueOf("engine_report") ?? "{}");
  return Object.assign({}, ...apps);
}

const tickerOf = () => appsOf()["ticker"];

describe("the published web client", () => {
  test("shows the machine, as its own tools would print it", () => {
    const page = showDeviceInfo(cloud.valueOf("device_info") ?? "");
    expect(page).toEqual({
      uname: expect.stringMatching(/^Linux \S+ \d+\./),
      df: expect.stringMatching(/^Filesystem +1K-blocks +Used Available Use% Mounted on\n/),
      free: expect.stringMatching(/^ +total +used +free .*\nMem: +\d+/),
      ipaddrs: expect.toSatisfy((value) => typeof value === "string", "a text"),
    });
  });

  test("shows a row of each application, with all five columns", () => {
    const rows = showEngineReport(cloud.valueOf("engine_report") ?? "");
    expect(rows).toEqual([
      ["ticker", 0, "RUNNING", expect.stringMatching(/^\d+:\d\d:\d\d$/), "1"],
      ["once", 0, "", "", "7"],
    ]);
  });

  test("shows a row of each use of an interface, with numbers in every column, and none for what is no use", async () => {
    // What a request has cost is told by the reports after it.
    const rowsNow = () => showUsageReport(cloud.valueOf("usage_report") ?? "{}");
    await cloud.until(() => rowsNow().some(({ method }) => method.includes("engine_report")));
    const rows = rowsNow();
    for (const row of rows) {
      const numbers = { num: NATURAL, tot_rx: NATURAL, max_rx: NATURAL, tot_tx: NATURAL, max_tx: NATURAL };
      expect(row).toEqual({ interface: row.interface, group: row.group, method: row.method, ...numbers });
    }
    expect(rows.map(({ group }) => group)).not.toContain("top_consumer");
    const report = JSON.parse(cloud.valueOf("usage_report") ?? "{}");
    for (const usage of Object.values<Record<string, unknown>>(report)) {
      expect(usage["top_consumer"]).toEqual(expect.any(String));
    }
    // The server of this test is on the gateway itself.
    expect(rows).toContainEqual(expect.objectContaining({ interface: "lo", group: "gwe" }));
    expect(report["lo"]["top_consumer"]).not.toBe("");
  });
});

describe("the engine report", () => {
  test("tells of a program what it uses, and counts its restarts", async () => {
    const [program] = await supervisord.programs();
    expect(tickerOf()).toMatchObject({ pid: program?.pid, restarts: 0, since: expect.any(Number) });
    expect(tickerOf()?.cpu_seconds).toBeLessThan(5);
    expect(tickerOf()?.memory).toBeGreaterThan(50_000);
    process.kill(program?.pid ?? 0, "SIGKILL");
    await cloud.until(() => tickerOf()?.restarts === 1 && tickerOf()?.status === "RUNNING");
    expect(tickerOf()?.pid).not.toBe(program?.pid);
  });

  test("tells which engine it is, and how often it looks in", () => {
    expect(JSON.parse(cloud.valueOf("engine_report") ?? "{}")).toMatchObject({ build: VERSION, interval: 1 });
  });
});
