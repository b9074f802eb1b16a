import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { VERSION } from "@gateway-engine/core/version";
import { FRESH_ENGINE_CONFIG } from "@gateway-engine/protocol/engine-config";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatHelp } from "../src/help.ts";
import { TestGateway } from "./run-gwe.ts";

let gateway: TestGateway;
beforeEach(() => {
  gateway = new TestGateway();
});
afterEach(() => gateway.remove());

const freshGatewayCfg = "[device]\ncik = ''\nmodel = ''\nvendor = ''\nuuid = ''\niface = ''\n";
const freshEngineConfig = `${FRESH_ENGINE_CONFIG.trimEnd()}\n`;
const installPath = resolve(import.meta.dirname, "..");

describe("in a gateway that is still empty", () => {
  test.each([
    [["-v"], `${VERSION}\n`],
    [["--version"], `${VERSION}\n`],
    [["-p"], `${installPath}\n`],
    [["-g"], freshGatewayCfg],
    [["--gateway-cfg"], freshGatewayCfg],
    [["-e"], freshEngineConfig],
    [["-C"], "''\n"],
    [["-vC"], `${VERSION}\n''\n`],
    [["-h"], formatHelp()],
    [["--help", "--whatever"], formatHelp()],
  ])("gwe %j prints and makes nothing", async (args, stdout) => {
    expect(await gateway.gwe(...args)).toEqual({ status: 0, stdout, stderr: "" });
    expect(existsSync(join(gateway.root, "etc"))).toBe(false);
  });
});

test("the README's first configuration: product and interface, then a look at the file", async () => {
  await gateway.gwe("--product-id", "asdfiuyhj567uj", "--set-iface", "en0");
  expect((await gateway.gwe("--gateway-cfg")).stdout).toBe(
    "[device]\ncik = ''\nmodel = asdfiuyhj567uj\nvendor = asdfiuyhj567uj\nuuid = ''\niface = en0\n",
  );
});

test("the cik is printed alone, for use in a command line", async () => {
  await gateway.gwe("-c", "f1d4f10f3ca413caa08bba34c91d095d010bcd32");
  expect((await gateway.gwe("--gateway-cik")).stdout).toBe("f1d4f10f3ca413caa08bba34c91d095d010bcd32\n");
});

test("a file that cannot be understood is shown as it is, and its cik is not guessed", async () => {
  mkdirSync(join(gateway.root, "etc/gateway-engine"), { recursive: true });
  const file = join(gateway.root, "etc/gateway-engine/Gateway.cfg");
  writeFileSync(file, "[device]\nnonsense\n");
  expect((await gateway.gwe("-g")).stdout).toBe("[device]\nnonsense\n");
  expect(await gateway.gwe("-C")).toEqual({
    status: 78,
    stdout: "",
    stderr: `gwe: ${file}, line 2: "nonsense" is neither a [section] nor key = value\n`,
  });
});

describe("an option whose work belongs to a later release says so", () => {
  test.each([[["-x"]], [["--create-buildfile"]], [["--download-latest", "gmq-master"]]])("gwe %j", async (args) => {
    const ran = await gateway.gwe(...args);
    expect(ran).toMatchObject({ status: 69, stdout: "" });
    expect(ran.stderr).toMatch(/^gwe: --[a-z-]+ is not part of this release; .+\n$/);
  });
});
