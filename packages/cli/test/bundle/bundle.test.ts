import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lastText } from "../../src/bundle/last-text.ts";
import { TestGateway } from "../run-gwe.ts";

const CIK = "7aafb4520c1e4d0d9f62b9a1c5d6e7f80a1b2c3d";

let gateway: TestGateway;
let bundle: string;
beforeEach(() => {
  gateway = new TestGateway();
  bundle = join(gateway.folder, "bundle.tar.gz");
});
afterEach(() => gateway.remove());

function contents(): { readonly names: readonly string[]; readonly text: string } {
  const names = execFileSync("tar", ["-tzf", bundle], { encoding: "utf8" }).trim().split("\n");
  return { names, text: execFileSync("tar", ["-xOzf", bundle], { encoding: "utf8", maxBuffer: 1e8 }) };
}

function writeLog(name: string, text: string): void {
  const confDir = join(gateway.root, "etc/supervisor/conf.d");
  mkdirSync(confDir, { recursive: true });
  mkdirSync(join(gateway.root, "var/log"), { recursive: true });
  const log = join(gateway.root, `var/log/${name}.log`);
  writeFileSync(
    join(confDir, `${name}.conf`),
    `[program:${name}]\nenvironment=API_TOKEN="hunter22"\nstdout_logfile=${log}\n`,
  );
  appendFileSync(log, text);
}

test("a bundle holds what support asks for, for its owner alone, and no secret", async () => {
  await gateway.gwe("-P", "pid", "-u", "sn", "--server", "http://127.0.0.1:1", "-c", CIK);
  mkdirSync(join(gateway.root, "opt/gateway-engine"), { recursive: true });
  writeFileSync(join(gateway.root, "opt/gateway-engine/gwe_install_2026-11-23.log"), "Installing Gateway Engine\n");
  writeLog("counter", `sent with xx${CIK.toUpperCase()}, then hunter22\n`);
  const { status, stderr } = await gateway.gwe("doctor", "--bundle", "bundle.tar.gz");
  expect(status).toBe(2);
  expect(stderr).toMatch(/bundle\.tar\.gz .*every secret that was found in it is masked/);
  expect(statSync(bundle).mode & 0o777).toBe(0o600);
  const { names, text } = contents();
  expect(names).toEqual([
    "doctor.txt",
    "status.json",
    "uname.txt",
    "device-info.json",
    "runtime.json",
    "programs.json",
    "queue.json",
    "install-history.json",
    "configuration/Engine.config",
    "configuration/Gateway.cfg",
    "configuration/counter.conf",
    "install/gwe_install_2026-11-23.log",
    "logs/counter.log",
    "logs/supervisord.log",
  ]);
  expect(text).toContain("cik = <masked>");
  expect(text).toContain("sent with xx<masked>, then <masked>");
  expect(text).toContain("Installing Gateway Engine");
  expect(text).toContain("GNU/Linux");
  expect(text.toLowerCase()).not.toContain(CIK);
  expect(text).not.toContain("hunter22");
});

test("a bundle stays under its limit, with less of the logs", async () => {
  for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
    // Hardly to be compressed, and none of it looks like a secret.
    writeLog(name, Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString("base64"));
    for (let piece = 0; piece < 12; piece += 1) {
      writeLog(name, `\n${Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString("base64")}`);
    }
  }
  await gateway.gwe("doctor", "--bundle", "bundle.tar.gz");
  expect(statSync(bundle).size).toBeGreaterThan(1_000_000);
  expect(statSync(bundle).size).toBeLessThanOrEqual(5 * 1_048_576);
  expect(contents().names).toContain("logs/h.log");
});

test("the end of a file begins with a whole line", async () => {
  const folder = temporaryFolder("cli");
  const path = join(folder.path, "x");
  writeFileSync(path, "first line\nsecond\nthird\n");
  expect(await lastText(nodeFiles, path, 1000)).toBe("first line\nsecond\nthird\n");
  expect(await lastText(nodeFiles, path, 16)).toBe("second\nthird\n");
  expect(await lastText(nodeFiles, path, 3)).toBe("");
  expect(await lastText(nodeFiles, path, 0)).toBe("");
  expect(await lastText(nodeFiles, join(folder.path, "none"), 10)).toBe("");
  folder.remove();
});
