/** Who the gateway is, and how it gets and keeps its CIK, with the engine as a real process. */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { release } from "node:os";
import { VERSION } from "@gateway-engine/core/version";
import { describe, expect, test } from "vitest";
import { Cloud } from "./support/cloud.ts";
import { Gateway } from "./support/gateway.ts";

describe("identity", { timeout: 60_000 }, () => {
  test("without uuid and iface the engine ends with status 255 and says what to do", async () => {
    await using gateway = await Gateway.make({ server: "http://127.0.0.1:1", device: "vendor = p1\nmodel = p1\n" });
    expect(await gateway.run()).toBe(255);
    expect(gateway.log).toContain("neither uuid nor iface is set");
    expect(gateway.log).toContain("gwe --set-uuid");
  });

  test("an interface that is not there is a warning that names those that are, and the engine waits for it", async () => {
    const device = "vendor = p1\nmodel = p1\nuuid = ''\niface = nonsense0\n";
    await using gateway = await Gateway.make({ server: "http://127.0.0.1:1", device });
    gateway.start();
    await gateway.logged("no network interface nonsense0 with a MAC address; it has: ");
    await gateway.stop();
    expect(gateway.log).toContain("WARNING");
  });

  test("an environment that cannot be is said at the start, and not tried again and again", async () => {
    await using gateway = await Gateway.make({ server: "fleet" });
    expect(await gateway.run()).toBe(78);
    expect(gateway.log).toContain("gwe: environment: GWE_SERVER is fleet, but must be an address such as");
  });

  test("without a product it waits, says so once, and goes on when it is configured", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url, device: "uuid = gw-1\n" });
    gateway.start();
    await gateway.logged("set it with gwe --set-product-id");
    await gateway.set("vendor = p1\nmodel = p1\nuuid = gw-1\n");
    await gateway.logged("checked in");
    expect(gateway.log.match(/WARNING.*set-product-id/g)).toHaveLength(1);
  });
});

describe("activation", { timeout: 60_000 }, () => {
  test("stores the CIK in Gateway.cfg, readable by its owner only", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    expect(await gateway.run("--once")).toBe(0);
    expect(await gateway.read("etc/gateway-engine/Gateway.cfg")).toContain(`cik = ${cloud.cik}\n`);
    expect((await stat(gateway.paths.gatewayCfg)).mode & 0o777).toBe(0o600);
    expect(gateway.log).not.toContain(cloud.cik);
  });

  test("a CIK that the server no longer takes is replaced at once", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url, updateInterval: 1 });
    gateway.start();
    await gateway.logged("checked in");
    const before = cloud.cik;
    cloud.revoke();
    await cloud.until(() => cloud.cik !== "revoked");
    await gateway.logged("activating again");
    expect(cloud.cik).not.toBe(before);
  });

  test("a refusal is logged with its reason, and tried again only after the interval", async () => {
    await using cloud = await Cloud.start();
    cloud.activationStatus = 409;
    await using gateway = await Gateway.make({ server: cloud.url });
    expect(await gateway.run("--once")).toBe(77);
    expect(gateway.log).toMatch(/^gwe: .* did not activate p1 p1 gw-1: .*it is activated already.*$/m);
    expect(gateway.log).toContain("trying again every 300 s");
    expect(cloud.calls).toHaveLength(1);
  });
});

describe("one check-in that comes to nothing ends with its reason", { timeout: 60_000 }, () => {
  test.each([
    ["the server refuses the CIK that it has just granted", 401, 77, "the server does not accept this device's CIK"],
    ["the server is broken", 500, 69, "answered 500"],
  ])("%s", async (_what, httpStatus, exitStatus, reason) => {
    await using cloud = await Cloud.start();
    cloud.fault = ({ path, method }) => (method === "GET" && path.includes("engine_fetch") ? httpStatus : undefined);
    await using gateway = await Gateway.make({ server: cloud.url });
    expect(await gateway.run("--once")).toBe(exitStatus);
    expect(gateway.log.match(/^gwe: .*$/gm)).toEqual([expect.stringContaining(reason)]);
  });
});

describe("a check-in", { timeout: 60_000 }, () => {
  test("writes the three reports before it looks for commands", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    expect(await gateway.run("--once")).toBe(0);
    expect(cloud.writes.map(({ alias }) => alias)).toEqual(["device_info", "engine_report", "usage_report"]);
    expect(JSON.parse(cloud.valueOf("engine_report") ?? "")).toEqual({ apps: [], build: VERSION, interval: 3600 });
    const text = expect.any(String);
    const originals = { uname: text, df: text, free: text, ipaddrs: text };
    expect(JSON.parse(cloud.valueOf("device_info") ?? "")).toMatchObject({ ...originals, kernel: release() });
    const report = cloud.calls.findIndex(({ method, body }) => method === "POST" && body.startsWith("device_info"));
    const look = cloud.calls.findIndex(({ path }) => path.includes("engine_fetch"));
    expect(report).toBeLessThan(look);
  });

  test("tells what an application says of the hardware that it looks after", async () => {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.make({ server: cloud.url });
    await mkdir(gateway.paths.hardwareDir, { recursive: true });
    await writeFile(`${gateway.paths.hardwareDir}/modbus.json`, '{"meters": 3}');
    expect(await gateway.run("--once")).toBe(0);
    const report: unknown = JSON.parse(cloud.valueOf("device_info") ?? "");
    expect(report).toMatchObject({ hardware: { apps: { modbus: { meters: 3 } } } });
  });

  test("adopts update_interval, writes it to Engine.config and clears the alias", async () => {
    await using cloud = await Cloud.start();
    cloud.order("update_interval", "12.5");
    await using gateway = await Gateway.make({ server: cloud.url });
    expect(await gateway.run("--once")).toBe(0);
    expect(await gateway.read("etc/gateway-engine/Engine.config")).toContain("update_interval = 12.5\n");
    expect(cloud.valueOf("update_interval")).toBe("");
  });

  test.each(["soon", "0", "-5", "1e9", "Infinity"])("reports and clears the update_interval %j", async (value) => {
    await using cloud = await Cloud.start();
    cloud.order("update_interval", value);
    await using gateway = await Gateway.make({ server: cloud.url });
    expect(await gateway.run("--once")).toBe(0);
    expect(cloud.results).toMatchObject([{ status: "rejected", code: "E_CONFIG_VALUE" }]);
    expect(cloud.results[0]?.message).toContain(JSON.stringify(value));
    expect(cloud.valueOf("update_interval")).toBe("");
    expect(await gateway.read("etc/gateway-engine/Engine.config")).toContain("update_interval = 3600\n");
  });

  test("that cannot reach the server is tried again, and the engine ends in time when it is told to", async () => {
    await using gateway = await Gateway.make({ server: "http://127.0.0.1:1", device: DEVICE_WITH_CIK });
    gateway.start();
    await gateway.logged("check-in: cannot reach http://127.0.0.1:1");
    const told = Date.now();
    await gateway.stop();
    expect(Date.now() - told).toBeLessThan(2000);
    expect(gateway.log).toContain("ended");
  });
});

const DEVICE_WITH_CIK = `cik = ${"a".repeat(40)}\nvendor = p1\nmodel = p1\nuuid = gw-1\n`;
