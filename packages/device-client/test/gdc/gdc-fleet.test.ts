/** gdc, as its users start it, and the fleet server. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type LaunchedProgram, launchProgram, runProgram } from "@gateway-engine/testkit/launched-program";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: TemporaryFolder;
let fleet: LaunchedProgram;
let server: string;

beforeAll(async () => {
  folder = temporaryFolder("gdc-fleet");
  fleet = launchProgram("gwe-fleet", ["--data", join(folder.path, "data"), "--listen", "127.0.0.1:0"]);
  [, server = ""] = await fleet.printed(/is listening on (http:\S+)\n/);
  await manage("/products", { id: "acme", kind: "gateway" });
  for (const identity of ["1", "2"]) await manage("/products/acme/identities", { identity });
});

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  folder.remove();
});

async function manage(path: string, body: object): Promise<void> {
  const token = (await readFile(join(folder.path, "data/admin-token"), "utf8")).trim();
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const response = await fetch(`${server}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(response.status).toBe(201);
}

async function gdc(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runProgram("gdc", args, { cwd: folder.path, env: { GWE_ROOT: folder.path } });
  return stdout + stderr;
}

test("the later generation's command lines work with a Device INI", async () => {
  await writeFile(join(folder.path, "device.ini"), `[device]\nmurano_host = ${server}/\nmurano_id = 1\n`);
  const asDevice = ["-f", "device.ini", "-i", "acme", "http"];
  const token = await gdc(...asDevice, "activate");
  expect(token).toMatch(/^[0-9a-f]{40}\n$/);
  expect(await gdc("-f", "device.ini", "cfg", "get", "device", "murano_token")).toBe(token);
  expect(await gdc(...asDevice, "write", "usage_report", "now")).toBe("[204] No content\n");
  expect(await gdc(...asDevice, "record", "1526046488", "device_info", '{"historical": "data"}')).toBe(
    "[204] No content\n",
  );
  expect(await gdc(...asDevice, "record", "device_info", "1526046489", "b", "1526046490.5", "c")).toBe(
    "[204] No content\n",
  );
  expect(await gdc(...asDevice, "read", "usage_report", "device_info")).toBe("usage_report=now\ndevice_info=c\n");
  expect(await gdc(...asDevice, "poll", "engine_fetch", "100")).toBe("[304] Not modified\n");
});

test("an identity without its product, which the server's address cannot tell, is refused with what to do", async () => {
  await manage("/products", { id: "other", kind: "device" });
  expect(await gdc("-H", server, "-u", "1", "http", "activate")).toContain(
    "did not activate 1: it knows no device with this id, or cannot tell of which product; name the product (404)",
  );
});

test("the first generation's command lines work", async () => {
  const first = ["-H", server];
  const cik = (await gdc(...first, "activate", "acme", "acme", "2")).trim();
  expect(await gdc(...first, "write", cik, "usage_report", "21.5")).toBe("[204] No content\n");
  expect(await gdc(...first, "record", cik, "device_info", "1526046488", "x")).toBe("[204] No content\n");
  expect(await gdc(...first, "read", cik, "usage_report", "device_info")).toBe("usage_report=21.5\ndevice_info=x\n");
});
