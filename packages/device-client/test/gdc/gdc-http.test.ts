import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type EndedProgram, launchProgram, runProgram } from "@gateway-engine/testkit/launched-program";
import {
  answer,
  cutAfter,
  type Reply,
  rangedContent,
  type ScriptedHttpServer,
  slowly,
  startScriptedHttpServer,
} from "@gateway-engine/testkit/scripted-http-server";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const CIK = "f1d4f10f3ca413caa08bba34c91d095d010bcd32";
let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder("gdc");
});

afterEach(() => folder.remove());

function gdc(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<EndedProgram> {
  return runProgram("gdc", args, { cwd: folder.path, env: { GWE_ROOT: folder.path, ...env } });
}

/** Runs one `gdc http` command against a server that answers as told. */
async function http(replies: readonly [Reply, ...Reply[]], args: readonly string[]) {
  const server: ScriptedHttpServer = await startScriptedHttpServer(replies);
  try {
    const outcome = await gdc(["-H", server.url, "-k", CIK, "http", ...args]);
    return { ...outcome, requests: server.requests };
  } finally {
    await server.stop();
  }
}

describe("gdc", () => {
  test("prints its version, its path and its help", async () => {
    expect(await gdc(["--version"])).toEqual({ status: 0, stdout: "2.0.0\n", stderr: "" });
    expect((await gdc(["-p"])).stdout).toBe(`${resolve(import.meta.dirname, "../..")}\n`);
    expect((await gdc([])).stdout).toMatch(/^Exosite Gateway Device Client Command Line Interface\n/);
  });

  test.each([
    [["nonsense"], 64, 'gdc: there is no command "gdc nonsense"'],
    [["toString"], 64, 'gdc: there is no command "gdc toString"'],
    [["http", "nonsense"], 64, 'gdc: there is no command "gdc http nonsense"'],
    [["http", "toString"], 64, 'gdc: there is no command "gdc http toString"'],
    [["http", "write", "a"], 64, "gdc: expected: gdc http write <alias> <value>"],
    [["write", "a"], 64, "gdc: expected: gdc write <CIK> <alias> <value>"],
    [["--nonsense"], 64, "gdc: Unknown option"],
    [["http"], 64, "gdc: gdc http needs a command; there are: timestamp, activate, read"],
    [["http", "record", "a", "soon", "x"], 64, "gdc: say where the server is"],
    [["-H", "x", "http", "record", "a", "soon", "x"], 64, "gdc: expected: gdc http record <timestamp> <alias> <value>"],
    [["mqtt", "read"], 64, 'gdc: there is no command "gdc mqtt read"; there are: activate, write, publish, batch'],
    [["-H", "x", "-k", "k", "mqtt", "batch", "now", "a", "1"], 64, "gdc: expected: gdc mqtt batch <timestamp> <alias>"],
    [["-H", "x", "mqtt", "write", "a", "1"], 64, "gdc: say who is asking: -k <token>, -C <cert> -K <pkey>"],
    [["-H", "x", "mqtt", "activate"], 64, "gdc: say who the device is: -u <uuid>"],
    [["-H", "ftp://x", "-u", "1", "mqtt", "activate"], 64, 'gdc: "ftp://x" is not the address of an MQTT server'],
    [["-H", "x", "-C", "missing.pem", "http", "timestamp"], 78, "gdc: --cert missing.pem: no such file"],
    [["cfg"], 64, "gdc: say which file: -f <file>"],
    [["-f", "missing.cfg", "http", "timestamp"], 78, "gdc: missing.cfg: the device's identity is not set"],
    [["-H", "http://127.0.0.1:1", "http", "timestamp"], 69, "gdc: cannot reach http://127.0.0.1:1: connection refused"],
  ])("%j ends with one line on standard error and status %i", async (args, status, message) => {
    const outcome = await gdc(args);
    expect(outcome).toMatchObject({ status, stdout: "" });
    expect(outcome.stderr.startsWith(message)).toBe(true);
    expect(outcome.stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("gdc http", () => {
  test.each([
    ["timestamp", [answer({ body: "1527272454" })], ["timestamp"], "1527272454\n", 0],
    ["write", [answer({ status: 204 })], ["write", "a", "-1.5"], "[204] No content\n", 0],
    ["record", [answer({ status: 204 })], ["record", "a", "1527272454", "x"], "[204] No content\n", 0],
    ["record", [answer({ status: 409, body: "a=1,2" })], ["record", "a", "1", "x", "2", "y"], "[409] a=1,2\n", 1],
    [
      "read",
      [answer({ body: "data_in=%7B%22historical%22%3A+%22data%22%7D" })],
      ["read", "data_in"],
      'data_in={"historical": "data"}\n',
      0,
    ],
    ["read", [answer({ status: 204 })], ["read", "data_in"], "[204] No content\n", 0],
    ["poll", [answer({ status: 304 })], ["poll", "config_io", "100"], "[304] Not modified\n", 0],
    ["poll", [answer({ body: "config_io=%7B%7D" })], ["poll", "config_io"], "[200] config_io={}\n", 0],
    [
      "content list",
      [answer({ body: "a.v1.tar.gz\nb.v1.tar.gz\n" })],
      ["content", "list"],
      "a.v1.tar.gz\nb.v1.tar.gz\n",
      0,
    ],
    [
      "content info",
      [answer({ body: "application/gzip,691529,1513931066," })],
      ["content", "info", "x"],
      "application/gzip,691529,1513931066,\n",
      0,
    ],
  ] as const)("%s prints what the server said", async (_command, replies, args, stdout, status) => {
    expect(await http([...replies], args)).toMatchObject({ stdout, stderr: "", status });
  });

  test("a refused token ends with status 77", async () => {
    const outcome = await http([answer({ status: 401 })], ["read", "a"]);
    expect(outcome).toMatchObject({ status: 77, stderr: "gdc: the server does not accept this device's CIK\n" });
  });

  test("-d DEBUG shows each request on standard error", async () => {
    const outcome = await http([answer({ body: "1" })], ["-d", "DEBUG", "timestamp"]);
    expect(outcome.stderr).toMatch(
      /-DEBUG-gdc ::> GET http:\/\/127\.0\.0\.1:\d+\/timestamp -> 200 in \d+ ms, 97 bytes sent and 45 received\n$/,
    );
    expect(outcome.stderr).not.toContain(CIK);
  });

  test("content download fetches a file over a line that drops", async () => {
    const content = Buffer.from("0123456789".repeat(1000));
    const info = answer({ body: `application/gzip,${content.length},1,` });
    const ranged = rangedContent(content);
    const outcome = await http([info, cutAfter(5000, ranged), info, ranged], ["content", "download", "app.v1.tar.gz"]);
    expect(outcome.stdout).toMatch(/^\/.*\/app\.v1\.tar\.gz 10000 bytes, sha256 [0-9a-f]{64}\n$/);
    expect((await readFile(join(folder.path, "app.v1.tar.gz"))).equals(content)).toBe(true);
    expect(outcome.requests[3]?.headers["range"]).toBe("bytes=5000-");
  });

  test("content download goes on after kill -9", async () => {
    const content = randomBytes(3_000_000);
    const info = answer({ body: `application/gzip,${content.length},1,` });
    const slow = slowly({ bytes: 100_000, everyMs: 30 }, rangedContent(content));
    await using server = await startScriptedHttpServer((request) =>
      request.target.includes("info=true") ? info : slow,
    );
    const args = ["-H", server.url, "-k", CIK, "http", "content", "download", "app.v1.tar.gz"];
    const killed = launchProgram("gdc", args, { cwd: folder.path });
    await expect.poll(() => keptBytes("app.v1.tar.gz"), { timeout: 10_000 }).toBeGreaterThan(1_000_000);
    await killed.end("SIGKILL");
    expect(await gdc(args)).toMatchObject({ status: 0, stderr: "" });
    expect((await readFile(join(folder.path, "app.v1.tar.gz"))).equals(content)).toBe(true);
    expect(server.requests.at(-1)?.headers["range"]).toMatch(/^bytes=[12]\d{6}-$/);
  });

  async function keptBytes(name: string): Promise<number> {
    const note = await readFile(join(folder.path, `${name}.part.json`), "utf8").catch(() => "{}");
    return (JSON.parse(note) as { kept?: number }).kept ?? 0;
  }

  test("activate with -f gwe keeps the token in Gateway.cfg", async () => {
    const cfg = join(folder.path, "etc/gateway-engine/Gateway.cfg");
    await mkdir(join(folder.path, "etc/gateway-engine"), { recursive: true });
    await writeFile(cfg, "[device]\ncik = ''\nmodel = box\nvendor = acme\nuuid = 42\niface = ''\n\n");
    await using server = await startScriptedHttpServer([answer({ body: CIK })]);
    const outcome = await gdc(["-f", "gwe", "http", "activate"], { GWE_SERVER: server.url });
    expect(outcome).toEqual({ status: 0, stdout: `${CIK}\n`, stderr: "" });
    expect(server.requests[0]?.body.toString()).toBe("vendor=acme&model=box&sn=42");
    expect(await readFile(cfg, "utf8")).toBe(
      `[device]\ncik = ${CIK}\nmodel = box\nvendor = acme\nuuid = 42\niface = ''\n\n`,
    );
  });
});

describe("the first generation's commands", () => {
  test.each([
    [["write", CIK, "temperature", "21.5"], "POST /onep:v1/stack/alias", "temperature=21.5", "[204] No content\n"],
    [["read", CIK, "a", "b"], "GET /onep:v1/stack/alias?a&b", "", "[204] No content\n"],
    [["record", CIK, "a", "5", "x"], "POST /onep:v1/stack/record", "alias=a&5=x", "[204] No content\n"],
  ])("%j works as it did", async (args, line, body, stdout) => {
    await using server = await startScriptedHttpServer([answer({ status: 204 })]);
    expect(await gdc(args, { GWE_SERVER: server.url })).toEqual({ status: 0, stdout, stderr: "" });
    const [request] = server.requests;
    expect(`${request?.method} ${request?.target}`).toBe(line);
    expect(request?.body.toString()).toBe(body);
    expect(request?.headers["x-exosite-cik"]).toBe(CIK);
  });

  test("activate takes vendor, model and serial number", async () => {
    await using server = await startScriptedHttpServer([answer({ body: CIK })]);
    expect(await gdc(["activate", "acme", "box", "42"], { GWE_SERVER: server.url })).toMatchObject({
      stdout: `${CIK}\n`,
    });
  });
});
