import { once } from "node:events";
import { rm, stat, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, expect, test } from "vitest";
import { ask, provision, runFleet, startFleet } from "../fleet-process.ts";

test("says its version and its options", async () => {
  expect(await runFleet("-v")).toEqual({ status: 0, stdout: "2.0.0\n", stderr: "" });
  const help = await runFleet("--help");
  expect(help.stdout).toContain("--listen HOST:PORT");
  expect(help.status).toBe(0);
});

test("makes a data folder that only its owner may look into", async () => {
  using folder = temporaryFolder("fleet");
  const data = join(folder.path, "deep", "data");
  await using fleet = await startFleet(data);
  expect((await ask(`${fleet.url}/api/v1/health`)).status).toBe(200);
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  expect((await stat(join(data, "admin-token"))).mode & 0o777).toBe(0o600);
  expect(fleet.adminToken.length).toBeGreaterThanOrEqual(40);
});

test("keeps its token and its devices over a restart", async () => {
  using folder = temporaryFolder("fleet");
  const first = await startFleet(folder.path);
  const { device } = await provision(first);
  expect((await first.end("SIGTERM")).status).toBe(0);
  await using second = await startFleet(folder.path);
  expect(second.adminToken).toBe(first.adminToken);
  const headers = { "X-Exosite-CIK": device.cik };
  expect((await ask(`${second.url}/onep:v1/stack/alias?sine`, { headers })).status).toBe(204);
});

test("ends within two seconds while devices wait in long polls, and answers them", async () => {
  using folder = temporaryFolder("fleet");
  await using fleet = await startFleet(folder.path);
  const { device } = await provision(fleet);
  const polls = Array.from({ length: 20 }, () => device.read("engine_fetch", { "Request-Timeout": "300000" }));
  await device.write("sine=1");
  const asked = performance.now();
  expect((await fleet.end("SIGTERM")).status).toBe(0);
  expect(performance.now() - asked).toBeLessThan(2000);
  const answers = await Promise.all(polls);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([304]));
});

describe("what keeps it from starting is one line on stderr:", () => {
  test.each([
    [[], 64, "gwe-fleet: --data DIR is missing"],
    [["--nonsense"], 64, "gwe-fleet: Unknown option '--nonsense'"],
    [["--data", "/dev/null/data"], 74, "gwe-fleet: cannot write /dev/null/data"],
    [["--data", "/dev/null"], 74, "gwe-fleet: cannot write /dev/null"],
  ])("%j", async (args, status, message) => {
    const ended = await runFleet(...args);
    expect(ended).toMatchObject({ status, stdout: "", stderr: expect.stringMatching(/^[^\n]+\n$/) });
    expect(ended.stderr).toContain(message);
  });

  test("a port that is in use", async () => {
    using folder = temporaryFolder("fleet");
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const { port } = blocker.address() as { port: number };
    const ended = await runFleet("--data", folder.path, "--listen", `127.0.0.1:${port}`);
    blocker.close();
    expect(ended.stderr).toBe(
      `gwe-fleet: 127.0.0.1:${port} is in use by another program; stop it or choose another with --listen\n`,
    );
    expect(ended.status).toBe(69);
  });

  test("an address that is not this machine's", async () => {
    using folder = temporaryFolder("fleet");
    const ended = await runFleet("--data", folder.path, "--listen", "192.0.2.1:8080");
    expect(ended.stderr).toMatch(/^gwe-fleet: cannot listen on 192\.0\.2\.1:8080: [^\n]+ with --listen\n$/);
  });

  test("another server on the same data folder", async () => {
    using folder = temporaryFolder("fleet");
    await using fleet = await startFleet(folder.path);
    const ended = await runFleet("--data", folder.path, "--listen", "127.0.0.1:0");
    expect(ended.stderr).toMatch(
      /^gwe-fleet: data folder \S+ is in use by process \d+; stop that server first[^\n]*\n$/,
    );
    expect((await ask(`${fleet.url}/api/v1/health`)).status).toBe(200);
  });

  test.each([
    ["fleet.db is missing", (data: string) => rm(join(data, "fleet.db"))],
    ["fleet.db is empty", (data: string) => truncate(join(data, "fleet.db"))],
    ["file is not a database", (data: string) => writeFile(join(data, "fleet.db"), "rubbish ".repeat(1000))],
    ["written by a newer release", async (data: string) => markNewer(join(data, "fleet.db"))],
    ["the folder content is missing", (data: string) => rm(join(data, "content"), { recursive: true })],
  ])("a data folder that is damaged: %s", async (message, damage) => {
    using folder = temporaryFolder("fleet");
    const fleet = await startFleet(folder.path);
    const { manager } = await provision(fleet);
    await manager.upload("/products/gw/content/a.txt", Buffer.from("a"));
    await fleet.end("SIGTERM");
    await damage(folder.path);
    const ended = await runFleet("--data", folder.path, "--listen", "127.0.0.1:0");
    expect(ended).toMatchObject({ status: 74, stdout: "", stderr: expect.stringMatching(/^gwe-fleet: [^\n]+\n$/) });
    expect(ended.stderr).toContain(message);
  });
});

function markNewer(file: string): void {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA user_version = 99");
  database.close();
}
