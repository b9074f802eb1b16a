import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gatewayPaths } from "@gateway-engine/core/paths";
import { findMac } from "@gateway-engine/engine/interface-mac";
import { createSettings } from "@gateway-engine/engine/settings";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { acquireLock } from "@gateway-engine/platform/lock";
import { FRESH_ENGINE_CONFIG } from "@gateway-engine/protocol/engine-config";
import { FRESH_GATEWAY_CFG } from "@gateway-engine/protocol/gateway-cfg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configure } from "../src/actions/configure.ts";
import { TestGateway } from "./run-gwe.ts";

const GATEWAY_CFG = "etc/gateway-engine/Gateway.cfg";
const ENGINE_CONFIG = "etc/gateway-engine/Engine.config";

let gateway: TestGateway;
beforeEach(() => {
  gateway = new TestGateway();
});
afterEach(() => gateway.remove());

function gatewayCfg(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`${key} = ''`, `${key} = ${value}`),
    FRESH_GATEWAY_CFG,
  );
}

describe("an option that sets a value writes it to the file and echoes the file", () => {
  test.each<[string[], Record<string, string>]>([
    [["-c", "f1d4f10f3ca413caa08bba34c91d095d010bcd32"], { cik: "f1d4f10f3ca413caa08bba34c91d095d010bcd32" }],
    [["-m", "GatewayEngine_V1"], { model: "GatewayEngine_V1" }],
    [["-r", "gateway-engine-demo"], { vendor: "gateway-engine-demo" }],
    [["-P", "asdfiuyhj567uj"], { model: "asdfiuyhj567uj", vendor: "asdfiuyhj567uj" }],
    [["--product-id", "pid", "--set-uuid", "SN-1"], { model: "pid", vendor: "pid", uuid: "SN-1" }],
    [["--set-uuid", "anyserial!@#$%^&*()number"], { uuid: "anyserial!@#$%^&*()number" }],
    [["--set-uuid", "Zähler 7; # = [x]"], { uuid: "Zähler 7; # = [x]" }],
  ])("gwe %j", async (args, values) => {
    const expected = gatewayCfg(values);
    expect(await gateway.gwe(...args)).toEqual({ status: 0, stdout: `${expected.trimEnd()}\n`, stderr: "" });
    expect(gateway.read(GATEWAY_CFG)).toBe(expected);
    expect(existsSync(join(gateway.root, ENGINE_CONFIG))).toBe(false);
  });

  test.each<[string[], string, string]>([
    [["-t", "60"], "update_interval = 14400", "update_interval = 60"],
    [["--set-update-interval", "1.0"], "update_interval = 14400", "update_interval = 1.0"],
    [["-a", "Mine/1.0 (test)"], "user_agent = ''", "user_agent = Mine/1.0 (test)"],
    [["-d", "DEBUG"], "debug_level = INFO", "debug_level = DEBUG"],
    [["--server", "http://127.0.0.1:8080"], "server = ''", "server = http://127.0.0.1:8080"],
  ])("gwe %j", async (args, before, after) => {
    const expected = FRESH_ENGINE_CONFIG.replace(before, after);
    expect(await gateway.gwe(...args)).toEqual({ status: 0, stdout: `${expected.trimEnd()}\n`, stderr: "" });
    expect(gateway.read(ENGINE_CONFIG)).toBe(expected);
  });

  test("options for both files are written to both, and both are echoed", async () => {
    const ran = await gateway.gwe("--set-product-id", "PID", "-l", "30", "--set-update-interval", "1.0");
    expect(ran.stdout).toBe(
      "[device]\ncik = ''\nmodel = PID\nvendor = PID\nuuid = ''\niface = ''\nactivation_retry_interval = 30\n" +
        `${FRESH_ENGINE_CONFIG.replace("14400", "1.0").trimEnd()}\n`,
    );
  });
});

test("'' clears a value, and leaves the file as it was when it was new", async () => {
  await gateway.gwe("-c", "x", "-m", "x", "-r", "x", "-u", "x");
  await gateway.gwe("-c", "''", "-m", "''", "-r", "", "-u", "''");
  expect(gateway.read(GATEWAY_CFG)).toBe(FRESH_GATEWAY_CFG);
  await gateway.gwe("-a", "x", "-t", "5");
  await gateway.gwe("-a", "''", "-t", "''");
  expect(gateway.read(ENGINE_CONFIG)).toBe(FRESH_ENGINE_CONFIG);
});

test("comments and unknown options in a file survive a change", async () => {
  mkdirSync(join(gateway.root, "etc/gateway-engine"), { recursive: true });
  const before = "# ours\n[device]\ncik = ''\nmodel=a\nvendor = a\nuuid = ''\niface = ''\nown = 1\n";
  writeFileSync(join(gateway.root, GATEWAY_CFG), before);
  await gateway.gwe("-m", "b");
  expect(gateway.read(GATEWAY_CFG)).toBe(before.replace("model=a", "model = b"));
});

test("the file with the secret is for its owner only, and nothing temporary is left beside it", async () => {
  await gateway.gwe("-P", "pid");
  expect(statSync(join(gateway.root, GATEWAY_CFG)).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(gateway.root, "etc/gateway-engine"))).toEqual(["Gateway.cfg"]);
});

describe("a value that cannot be is refused, and nothing is written", () => {
  test.each<[string[], string]>([
    [["-t", "soon"], "argument -t/--set-update-interval: invalid float value: 'soon'"],
    [
      ["-P", "good", "-u", "a\nb"],
      "argument -u/--set-uuid: invalid value: 'a\\nb' (control characters are not allowed)",
    ],
    [
      ["-d", "LOUD"],
      "argument -d/--set-debug-level: invalid choice: 'LOUD' (choose from 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')",
    ],
    [["--set-speed", "5"], "unrecognized arguments: --set-speed 5"],
  ])("gwe %j", async (args, problem) => {
    const ran = await gateway.gwe(...args);
    expect(ran).toMatchObject({ status: 2, stdout: "" });
    expect(ran.stderr).toMatch(/^usage: gwe \[-h\] \[-v\]/);
    expect(ran.stderr.endsWith(`gwe: error: ${problem}\n`)).toBe(true);
    expect(existsSync(join(gateway.root, "etc"))).toBe(false);
  });
});

test("a configuration that is broken already is not written over", async () => {
  mkdirSync(join(gateway.root, "etc/gateway-engine"), { recursive: true });
  writeFileSync(join(gateway.root, ENGINE_CONFIG), "[engine]\nwhat is this\n");
  const file = join(gateway.root, ENGINE_CONFIG);
  expect(await gateway.gwe("-a", "x")).toEqual({
    status: 78,
    stdout: "",
    stderr: `gwe: ${file}, line 2: "what is this" is neither a [section] nor key = value\n`,
  });
  expect(gateway.read(ENGINE_CONFIG)).toBe("[engine]\nwhat is this\n");
});

describe("network interfaces", () => {
  const interfaces = [{ name: "eth0", mac: "FF:10:C2:9B:A8:46", addresses: [] }];

  test("one that exists is set, and at level DEBUG its address is shown first", async () => {
    const printed: string[] = [];
    const terminal = { out: (text: string) => printed.push(text), err: (text: string) => printed.push(`! ${text}`) };
    const paths = gatewayPaths(gateway.root);
    const settings = createSettings({ files: nodeFiles, clock: systemClock, paths, acquireLock });
    await configure(
      { gateway: { iface: "eth0" }, engine: { debug_level: "DEBUG" } },
      { settings, networkInterfaces: () => interfaces, terminal, debugLevel: "DEBUG" },
    );
    expect(printed.join("")).toBe(
      "Found interface 'eth0' with MAC address (serial/uuid): FF:10:C2:9B:A8:46\n" +
        "[device]\ncik = ''\nmodel = ''\nvendor = ''\nuuid = ''\niface = eth0\n",
    );
    expect(gateway.read(ENGINE_CONFIG)).toContain("debug_level = DEBUG\n");
  });

  test("one that does not exist is set with a warning", async () => {
    const ran = await gateway.gwe("-i", "ppp77");
    expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining("iface = ppp77\n") });
    expect(ran.stderr).toMatch(
      /^gwe: warning: this machine has no network interface ppp77 with a MAC address; it has: .+\n$/,
    );
  });

  test("the address of one that does not exist cannot be printed", async () => {
    const ran = await gateway.gwe("--mac-address", "ppp77");
    expect(ran).toMatchObject({ status: 78, stdout: "" });
    expect(ran.stderr).toMatch(/^gwe: this machine has no network interface ppp77 .+\n$/);
  });

  test.each([
    ["eth0", { ok: true, value: "FF:10:C2:9B:A8:46" }],
    ["eth1", { ok: false, problem: expect.objectContaining({ code: "E_INTERFACE_UNKNOWN" }) }],
    ["tun0", { ok: false, problem: expect.objectContaining({ details: { iface: "tun0", available: "eth0" } }) }],
  ])("the MAC address of %s", (name, expected) => {
    expect(findMac(name, [...interfaces, { name: "tun0", mac: "", addresses: [] }])).toEqual(expected);
  });
});

test("two at the same time lose nothing of either", async () => {
  const both = await Promise.all([gateway.gwe("-P", "pid"), gateway.gwe("-u", "sn")]);
  expect(both.map(({ status }) => status)).toEqual([0, 0]);
  expect(gateway.read(GATEWAY_CFG)).toBe(gatewayCfg({ model: "pid", vendor: "pid", uuid: "sn" }));
});
