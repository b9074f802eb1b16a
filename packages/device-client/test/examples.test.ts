import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { answer, type SeenRequest, startScriptedHttpServer } from "@gateway-engine/testkit/scripted-http-server";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, expect, test } from "vitest";

const EXAMPLES = resolve(import.meta.dirname, "../../../examples/device-client");
const CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32";
let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder("examples");
});
afterEach(() => folder.remove());

function serve({ target, method }: SeenRequest) {
  if (target === "/provision/activate") return answer({ body: CIK });
  return method === "GET" ? answer({ body: "command=heat+up" }) : answer({ status: 204 });
}

test.each([
  ["thermometer.mjs", "The command is: heat up\n"],
  [
    "original.mjs",
    `Response code: 200, Response body: '${CIK.slice(0, 8)}${"*".repeat(32)}', Activation success: True
Response code: 204, Response body: '', success: True
Response code: 200, Response body: 'command=heat up', success: True
`,
  ],
])("%s activates, writes and reads, and ends", async (program, output) => {
  await using server = await startScriptedHttpServer(serve);
  const cfgFile = join(folder.path, "device.cfg");
  await writeFile(cfgFile, "vendor = demo\nmodel = demo\nuuid = thermometer-1\n");
  const env = { ...process.env, GWE_SERVER: server.url };
  const { stdout } = await promisify(execFile)(process.execPath, [join(EXAMPLES, program), cfgFile], { env });
  expect(stdout).toBe(output);
  expect(server.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
    "POST /provision/activate",
    "POST /onep:v1/stack/alias",
    "GET /onep:v1/stack/alias?command",
  ]);
  expect(server.requests[1]?.headers).toMatchObject({ "x-exosite-cik": CIK, "user-agent": "thermometer/1.0" });
  expect(await readFile(cfgFile, "utf8")).toContain(CIK);
});
