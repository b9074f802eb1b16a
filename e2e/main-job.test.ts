/** `npm start` as a stranger runs it, without npm around it. */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join, resolve } from "node:path";
import { freePort } from "@gateway-engine/testkit/free-port";
import { type LaunchedProgram, launchProgram } from "@gateway-engine/testkit/launched-program";
import { endProcessesIn, processesIn } from "@gateway-engine/testkit/running-processes";
import { type TemporaryFolder, temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const REPOSITORY = resolve(import.meta.dirname, "..");

function runDemo(args: readonly string[]): LaunchedProgram {
  return launchProgram("/bin/sh", [join(REPOSITORY, "scripts/node.sh"), join(REPOSITORY, "demo/main.ts"), ...args]);
}

const programsIn = (path: string) => processesIn(path).map(({ pid, line }) => `${pid} ${line}`);

describe("npm start", () => {
  let folder: TemporaryFolder;
  let ports: string[];

  beforeAll(async () => {
    folder = temporaryFolder("main-job");
    ports = [
      "--data",
      folder.path,
      "--port",
      String(await freePort()),
      "--queue-port",
      String(await freePort()),
      "--mqtt-port",
      String(await freePort()),
    ];
  });

  afterAll(() => {
    endProcessesIn(folder.path);
    folder.remove();
  });

  test("installs an application over the air, shows its values arriving, and ends every process within 5 s of Ctrl-C", async () => {
    await using demo = runDemo(ports);
    await demo.printed(/Ctrl-C ends every process/);
    for (const step of [
      /fleet server +ready at http/,
      /fleet server +activated the gateway/,
      /fleet server +has a command in engine_fetch/,
      /gwe +requested: sine\.v1\.tar\.gz/,
      /gwe +committed: sine\.v1\.tar\.gz/,
      /^values are arriving$/m,
    ]) {
      expect(demo.output).toMatch(step);
    }
    const programs = programsIn(folder.path).join("\n");
    for (const program of ["demo/main", "fleet/dist", "supervisord-main", "cli/dist", "gmq/dist", "sine"]) {
      expect(programs).toContain(program);
    }

    const asked = performance.now();
    expect((await demo.end("SIGINT")).status).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(programsIn(folder.path)).toEqual([]);
  }, 120_000);

  test("prints commands that work as they are pasted", async () => {
    await using demo = runDemo(ports);
    await demo.printed(/Ctrl-C ends every process/);
    const commands = demo.output.split("\n").filter((line) => /^ {2}(GWE_ROOT=|curl )/.test(line));
    expect(commands).toHaveLength(3);
    const [status, configuration, newest] = commands.map(
      (command) => () => spawnSync("sh", ["-c", command], { encoding: "utf8" }).stdout,
    );
    // A program is STARTING for its first second.
    await expect.poll(() => status?.(), { timeout: 10_000 }).toMatch(/^gmq +RUNNING.*\ngwe +RUNNING.*\nsine +RUNNING/);
    expect(configuration?.()).toMatch(/^\[device\]\ncik = \S{40}\n/);
    if (spawnSync("curl", ["--version"]).status === 0) expect(newest?.()).toMatch(/"alias":"sine"/);
    expect((await demo.end("SIGINT")).status).toBe(0);
  }, 120_000);

  test.each(["fleet", "gateway", "gateway/etc/supervisor/conf.d/sine.conf"])(
    "heals when %s was deleted from the data folder",
    async (part) => {
      rmSync(join(folder.path, part), { recursive: true });
      await using demo = runDemo(ports);
      await demo.printed(/^values are arriving$/m);
      expect((await demo.end("SIGINT")).status).toBe(0);
    },
    120_000,
  );

  test("ends what a killed run left behind, and begins again with --fresh", async () => {
    await using killed = runDemo(ports);
    await killed.printed(/Ctrl-C ends every process/);
    const left = programsIn(folder.path);
    await killed.end("SIGKILL");
    expect(programsIn(folder.path).length).toBeGreaterThan(0);

    await using demo = runDemo([...ports, "--fresh"]);
    await demo.printed(/^values are arriving$/m);
    expect(demo.output).toMatch(/Ending gwe-fleet and supervisord of an earlier run/);
    expect(demo.output).toMatch(/committed: sine\.v1\.tar\.gz/);
    expect(programsIn(folder.path).filter((line) => left.includes(line))).toEqual([]);
    expect((await demo.end("SIGINT")).status).toBe(0);
    expect(programsIn(folder.path)).toEqual([]);
  }, 120_000);

  test("says what is damaged and how to begin again when it cannot heal", async () => {
    rmSync(join(folder.path, "fleet/fleet.db"));
    await using demo = runDemo(ports);
    expect((await demo.ended).status).toBe(69);
    expect(demo.output).toMatch(/fleet\.db is missing.*npm start -- --fresh begins again\n/);
    expect(programsIn(folder.path)).toEqual([]);
  }, 120_000);
});

describe("npm start explains in one line", () => {
  let folder: TemporaryFolder;
  let busy: Server;

  beforeAll(async () => {
    folder = temporaryFolder("main-job");
    busy = createServer();
    await new Promise<void>((done) => busy.listen(0, "127.0.0.1", done));
  });

  afterAll(() => {
    busy.close();
    folder.remove();
  });

  test("a port in use", async () => {
    const address = busy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await using demo = runDemo([
      "--data",
      folder.path,
      "--port",
      String(port),
      "--queue-port",
      String(await freePort()),
      "--mqtt-port",
      String(await freePort()),
    ]);
    expect((await demo.ended).status).not.toBe(0);
    expect(demo.output).toBe(
      `npm start: 127.0.0.1:${port} is in use by another program; stop it or choose another with npm start -- --port PORT\n`,
    );
  });

  test("a data folder that cannot be made", async () => {
    const file = join(folder.path, "file");
    writeFileSync(file, "");
    await using demo = runDemo(["--data", join(file, "data")]);
    expect((await demo.ended).status).not.toBe(0);
    expect(demo.output).toMatch(/^npm start: cannot write .*\/file\/data: a part of the path is not a folder\n$/);
  });

  test("an option that does not exist", async () => {
    await using demo = runDemo(["--prot", "1"]);
    expect((await demo.ended).status).toBe(64);
    expect(demo.output).toMatch(/^npm start: Unknown option '--prot'.*\n$/);
  });
});
