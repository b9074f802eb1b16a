/** `npm start` as a stranger runs it, without npm around it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "./free-port.ts";

const REPOSITORY = resolve(import.meta.dirname, "..");

interface DemoRun {
  readonly process: ChildProcess;
  output(): string;
  until(pattern: RegExp): Promise<void>;
  ended(): Promise<number | null>;
}

function runDemo(args: readonly string[]): DemoRun {
  const child = spawn("sh", [join(REPOSITORY, "scripts/node.sh"), join(REPOSITORY, "demo/main.ts"), ...args]);
  let output = "";
  const changed = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      changed.dispatchEvent(new Event("output"));
    });
  }
  const exit = new Promise<number | null>((done) => child.once("close", done));
  return {
    process: child,
    output: () => output,
    ended: () => exit,
    until: (pattern) =>
      new Promise((done, fail) => {
        const look = () => pattern.test(output) && done();
        changed.addEventListener("output", look);
        void exit.then(() => fail(new Error(`the demo ended before ${pattern}:\n${output}`)));
        look();
      }),
  };
}

/** Processes whose command line names `text`. */
function processesNaming(text: string): string[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(text) && !line.includes("ps -eo"));
}

describe("npm start", () => {
  let folder: string;
  let ports: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gwe-main-job-"));
    ports = ["--data", folder, "--port", String(await freePort()), "--queue-port", String(await freePort())];
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("installs an application over the air, shows its values arriving, and ends every process within 5 s of Ctrl-C", async () => {
    const demo = runDemo(ports);
    await demo.until(/Ctrl-C ends every process/);
    for (const step of [
      /fleet server +ready at http/,
      /fleet server +activated the gateway/,
      /fleet server +has a command in engine_fetch/,
      /gwe +requested: sine\.v1\.tar\.gz/,
      /gwe +committed: sine\.v1\.tar\.gz/,
      /^values are arriving$/m,
    ]) {
      expect(demo.output()).toMatch(step);
    }
    expect(processesNaming(folder).length).toBeGreaterThan(0);

    const asked = performance.now();
    demo.process.kill("SIGINT");
    expect(await demo.ended()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(processesNaming(folder)).toEqual([]);
  }, 120_000);

  test("prints commands that work as they are pasted", async () => {
    const demo = runDemo(ports);
    await demo.until(/Ctrl-C ends every process/);
    const commands = demo
      .output()
      .split("\n")
      .filter((line) => /^ {2}(GWE_ROOT=|curl )/.test(line));
    expect(commands).toHaveLength(3);
    const outputs = commands.map((command) => spawnSync("sh", ["-c", command], { encoding: "utf8" }).stdout);
    expect(outputs[0]).toMatch(/^gmq +RUNNING.*\ngwe +RUNNING.*\nsine +RUNNING/);
    expect(outputs[1]).toMatch(/^\[device\]\ncik = \S{40}\n/);
    if (spawnSync("curl", ["--version"]).status === 0) expect(outputs[2]).toMatch(/"alias":"sine"/);
    demo.process.kill("SIGINT");
    expect(await demo.ended()).toBe(0);
  }, 120_000);

  test.each(["fleet", "gateway", "gateway/etc/supervisor/conf.d/sine.conf"])(
    "heals when %s was deleted from the data folder",
    async (part) => {
      rmSync(join(folder, part), { recursive: true });
      const demo = runDemo(ports);
      await demo.until(/^values are arriving$/m);
      demo.process.kill("SIGINT");
      expect(await demo.ended()).toBe(0);
    },
    120_000,
  );

  test("ends what a killed run left behind, and begins again with --fresh", async () => {
    const killed = runDemo(ports);
    await killed.until(/Ctrl-C ends every process/);
    const left = processesNaming(folder);
    killed.process.kill("SIGKILL");
    await killed.ended();
    expect(processesNaming(folder).length).toBeGreaterThan(0);

    const demo = runDemo([...ports, "--fresh"]);
    await demo.until(/^values are arriving$/m);
    expect(demo.output()).toMatch(/Ending gwe-fleet and supervisord of an earlier run/);
    expect(demo.output()).toMatch(/committed: sine\.v1\.tar\.gz/);
    expect(processesNaming(folder).filter((line) => left.includes(line))).toEqual([]);
    demo.process.kill("SIGINT");
    expect(await demo.ended()).toBe(0);
    expect(processesNaming(folder)).toEqual([]);
  }, 120_000);

  test("says what is damaged and how to begin again when it cannot heal", async () => {
    rmSync(join(folder, "fleet/fleet.db"));
    const demo = runDemo(ports);
    expect(await demo.ended()).toBe(69);
    expect(demo.output()).toMatch(/fleet\.db is missing.*npm start -- --fresh begins again\n/);
    expect(processesNaming(folder)).toEqual([]);
  }, 120_000);
});

describe("npm start explains in one line", () => {
  let folder: string;
  let busy: Server;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gwe-main-job-"));
    busy = createServer();
    await new Promise<void>((done) => busy.listen(0, "127.0.0.1", done));
  });

  afterAll(() => {
    busy.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a port in use", async () => {
    const address = busy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const demo = runDemo(["--data", folder, "--port", String(port), "--queue-port", String(await freePort())]);
    expect(await demo.ended()).not.toBe(0);
    expect(demo.output()).toBe(
      `npm start: 127.0.0.1:${port} is in use by another program; stop it or choose another with npm start -- --port PORT\n`,
    );
  });

  test("a data folder that cannot be made", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const demo = runDemo(["--data", join(file, "data")]);
    expect(await demo.ended()).not.toBe(0);
    expect(demo.output()).toMatch(/^npm start: cannot write .*\/file\/data: a part of the path is not a folder\n$/);
  });

  test("an option that does not exist", async () => {
    const demo = runDemo(["--prot", "1"]);
    expect(await demo.ended()).toBe(64);
    expect(demo.output()).toMatch(/^npm start: Unknown option '--prot'.*\n$/);
  });
});
