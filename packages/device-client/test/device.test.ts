import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { answer, startScriptedHttpServer } from "@gateway-engine/testkit/scripted-http-server";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Device } from "../src/device.ts";

const CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32";
const OTHER_CIK = "0".repeat(40);
const call = { signal: new AbortController().signal };
const http = createHttpClient();
let folder: TemporaryFolder;
let cfgFile: string;

beforeEach(() => {
  folder = temporaryFolder("device");
  cfgFile = join(folder.path, "device.cfg");
});

afterEach(() => folder.remove());

function open(server: string): Promise<Device> {
  return Device.open({ files: nodeFiles, http }, { cfgFile, userAgent: "sensor/1.0", server });
}

test.each([
  ["with the header", "# ours\n[device]\ncik = ''\nmodel = box\nvendor = acme\nuuid = 42\niface = ''\n"],
  ["without the header, as the README has it", "cik = ''\nmodel = box\nvendor = acme\nuuid = 42\n"],
])("a device activates from a file %s, and keeps its CIK there", async (_form, text) => {
  await writeFile(cfgFile, text);
  await using server = await startScriptedHttpServer([answer({ body: CIK }), answer({ status: 204 })]);
  const device = await open(server.url);
  expect(device.activated()).toBe(false);
  await device.activate(call);
  expect(device.activated()).toBe(true);
  await device.write([["temperature", "21.5"]], call);
  expect(server.requests.map(({ body }) => body.toString())).toEqual([
    "vendor=acme&model=box&sn=42",
    "temperature=21.5",
  ]);
  expect(server.requests[1]?.headers["x-exosite-cik"]).toBe(CIK);
  expect(await readFile(cfgFile, "utf8")).toBe(
    `${text.startsWith("cik") ? "[device]\n" : ""}${text.replace("cik = ''", `cik = ${CIK}`)}`,
  );
  expect((await stat(cfgFile)).mode & 0o777).toBe(0o600);
  expect((await open(server.url)).activated()).toBe(true);
});

test("a refused CIK counts no longer, until another one is there", async () => {
  await writeFile(cfgFile, `[device]\ncik = ${CIK}\nmodel = box\nvendor = acme\nuuid = 42\n`);
  await using server = await startScriptedHttpServer([
    answer({ status: 401 }),
    answer({ body: OTHER_CIK }),
    answer({ body: "cmd=go" }),
  ]);
  const device = await open(server.url);
  await expect(device.write([["a", "1"]], call)).rejects.toMatchObject({ code: "E_NOT_ACTIVATED" });
  expect(device.activated()).toBe(false);
  await device.activate(call);
  expect((await device.read(["cmd"], call)).get("cmd")).toBe("go");
  expect(server.requests[2]?.headers["x-exosite-cik"]).toBe(OTHER_CIK);
});

test("a CIK that is refused to any other call counts no longer either", async () => {
  await writeFile(cfgFile, `[device]\ncik = ${CIK}\nmodel = box\nvendor = acme\nuuid = 42\n`);
  await using server = await startScriptedHttpServer([answer({ status: 401 })]);
  const device = await open(server.url);
  await expect(device.client.longPoll("cmd", { requestTimeoutMs: 10 }, call)).rejects.toMatchObject({
    code: "E_NOT_ACTIVATED",
  });
  expect(device.activated()).toBe(false);
});

test("a CIK that cannot be kept in the file is used until the program ends", async () => {
  await writeFile(cfgFile, "[device]\ncik = ''\nmodel = box\nvendor = acme\nuuid = 42\n");
  await using server = await startScriptedHttpServer([answer({ body: CIK }), answer({ status: 204 })]);
  const files: Files = {
    ...nodeFiles,
    writeAtomic: () => Promise.reject(new StorageError("E_FILE_WRITE", { file: cfgFile, reason: "read-only" })),
  };
  const device = await Device.open({ files, http }, { cfgFile, userAgent: "sensor/1.0", server: server.url });
  await expect(device.activate(call)).rejects.toMatchObject({ code: "E_FILE_WRITE" });
  expect(device.activated()).toBe(true);
  await device.write([["a", "1"]], call);
  expect(server.requests[1]?.headers["x-exosite-cik"]).toBe(CIK);
});

test("a CIK that another program has put into the file is taken, without asking the server", async () => {
  const text = "[device]\ncik = ''\nmodel = box\nvendor = acme\nuuid = 42\n";
  await writeFile(cfgFile, text);
  await using server = await startScriptedHttpServer([answer({ status: 500 })]);
  const device = await open(server.url);
  await writeFile(cfgFile, text.replace("''", CIK));
  await device.activate(call);
  expect(device.activated()).toBe(true);
  expect(server.requests).toHaveLength(0);
});

test.each([
  [undefined, "E_CONFIG_MISSING"],
  ["[device]\nvendor = acme\nmodel = box\nuuid = ''\n", "E_CONFIG_MISSING"],
  ["[device]\nnonsense\n", "E_CONFIG_SYNTAX"],
])("a file like %j is refused with %s", async (text, code) => {
  if (text !== undefined) await writeFile(cfgFile, text);
  await expect(open("http://127.0.0.1:9")).rejects.toMatchObject({ code });
});
