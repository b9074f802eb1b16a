import { openSqlite } from "@gateway-engine/platform/sqlite";
import { describe, expect, test } from "vitest";
import { JOURNAL_SCHEMA } from "../src/journal/schema.ts";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

const DEVICE = "vendor = p1\nmodel = p1\nuuid = gw-1\n";
/** Nothing moves by itself on this machine that would be worth a report, except that others may fill its memory. */
const REPORTS = "[reports]\ndevice_info_every = 3600\n";

const isReport = (alias: string) => alias.endsWith("_report") || alias === "device_info";
const reported = (cloud: Cloud) => cloud.writes.map(({ alias }) => alias).filter(isReport);
const ALL = ["device_info", "engine_report", "usage_report"];

function gatewayOf(cloud: Cloud, options: { readonly engine?: string; readonly updateInterval?: number } = {}) {
  return Gateway.make({ server: cloud.url, updateInterval: 0.2, device: DEVICE, engine: REPORTS, ...options });
}

describe("reports of an engine that checks in five times a second", { timeout: 60_000 }, () => {
  test("are written once, and not again by an engine that was killed and started anew", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await gatewayOf(cloud);
    gateway.start();
    await gateway.logged("nothing new to report", 5);
    await gateway.kill();
    gateway.start();
    await gateway.logged("nothing new to report", 10);
    expect(reported(cloud)).toEqual(ALL);
  });

  test("are all written again for another CIK", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await gatewayOf(cloud);
    gateway.start();
    await gateway.logged("nothing new to report", 2);
    cloud.revoke();
    await gateway.logged("reported device_info, engine_report, usage_report", 2);
    expect(reported(cloud)).toEqual([...ALL, ...ALL]);
  });

  test("are all written again after an install", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await gatewayOf(cloud);
    gateway.start();
    await gateway.logged("nothing new to report", 2);
    cloud.orderInstall("missing.v1.tar.gz");
    await gateway.logged("reported device_info, engine_report, usage_report", 2);
    expect(reported(cloud)).toEqual([...ALL, ...ALL]);
  });

  test("that the server did not acknowledge are written until it does", async () => {
    await using cloud = await Cloud.start();
    let failures = 3;
    cloud.fault = ({ method, body }) => {
      if (method !== "POST" || !body.startsWith("device_info") || failures === 0) return undefined;
      failures -= 1;
      return failures % 2 === 0 ? "drop-after" : 500;
    };
    await using gateway = await gatewayOf(cloud);
    gateway.start();
    await gateway.logged("nothing new to report", 2);
    expect(gateway.log.split("reports were not sent")).toHaveLength(4);
    expect(reported(cloud).slice(-3)).toEqual(ALL);
  });

  test("are all written at every check-in when the policy says so, as the original wrote them", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await gatewayOf(cloud, { engine: "[reports]\npolicy = always\n" });
    gateway.start();
    await gateway.logged("reported device_info, engine_report, usage_report", 4);
    expect(gateway.log).not.toContain("nothing new to report");
  });

  test("are all written again when they are older than full_every", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await gatewayOf(cloud, { engine: "[reports]\nfull_every = 0.5\n" });
    gateway.start();
    await gateway.logged("reported device_info, engine_report, usage_report", 3);
    expect(gateway.log).toContain("nothing new to report");
  });
});

describe("the first check-in", { timeout: 60_000 }, () => {
  test("waits a moment after the machine was started, and only then", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await gatewayOf(cloud, { updateInterval: 10, engine: "[reports]\njitter = 0.2\n" });
    expect(await gateway.run("--once")).toBe(0);
    gateway.start();
    await gateway.logged("checked in", 2);
    await gateway.kill();
    expect(gateway.log).not.toContain("the machine has just started");
    const database = openSqlite(gateway.paths.journal, JOURNAL_SCHEMA);
    database.run("UPDATE last_boot SET boot = 'another'");
    database.close();
    gateway.start();
    await gateway.logged("checked in", 3);
    expect(gateway.log).toMatch(/the machine has just started; the first check-in is in [12] s/);
  });
});

describe("without long polls", { timeout: 60_000 }, () => {
  test("nothing is asked between two check-ins, and a command is found at the next", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await gatewayOf(cloud, { updateInterval: 1, engine: "[reports]\nlong_poll = 0\n" });
    gateway.start();
    await gateway.logged("checked in", 2);
    cloud.orderInstall("missing.v1.tar.gz");
    await gateway.logged("ordered to install missing.v1.tar.gz");
    const looks = cloud.calls.filter(({ method, path }) => method === "GET" && path.endsWith("?engine_fetch"));
    expect(looks).toEqual([]);
  });
});
