/** The release package, made, installed and run as its user does: unpacked in a folder, with nothing but what is inside. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { VERSION } from "@gateway-engine/core/version";
import { FRESH_ENGINE_CONFIG } from "@gateway-engine/protocol/engine-config";
import { FRESH_GATEWAY_CFG } from "@gateway-engine/protocol/gateway-cfg";
import { longRunningPackage } from "@gateway-engine/testkit/package-fixtures";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, "../../..");
const programs = ["gwe", "gmq", "gdc", "supervisord", "supervisorctl"];
const tarball = `GatewayEngine.v${VERSION.replaceAll(".", "-")}.tar.gz`;

let temporary: string;
let unpacked: string;
let root: string;

/** A machine without Node, npm and this repository: only the shell's own tools. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return { PATH: "/usr/bin:/bin", HOME: temporary, GWE_ROOT: root };
}

async function installed(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(join(root, "usr/local/bin", program), args, { env: bareEnvironment(), cwd: temporary });
  return stdout;
}

async function install(): Promise<string> {
  const { GWE_ROOT: _, ...env } = bareEnvironment();
  const { stdout } = await run("./install.sh", ["--root", root], { cwd: unpacked, env });
  return stdout;
}

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), "gwe-release-"));
  root = join(temporary, "gateway");
  unpacked = join(temporary, "gateway-engine");
  await release(temporary);
  await run("tar", ["zxf", tarball], { cwd: temporary });
}, 300_000);

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Names of the packages for updates over the air. */
function updates(): readonly string[] {
  return readdirSync(temporary)
    .filter((name) => name.endsWith(".tar.gz") && name !== tarball)
    .sort();
}

function release(out: string) {
  return run("sh", ["scripts/node.sh", "scripts/release/main.ts", "--out", out], { cwd: repository });
}

test("the package has one top folder with everything a gateway needs", async () => {
  const { stdout } = await run("tar", ["ztf", tarball], { cwd: temporary });
  const entries = stdout.trim().split("\n");
  expect(entries.filter((entry) => !entry.startsWith("gateway-engine/"))).toEqual([]);
  for (const name of [
    "install.sh",
    "LICENSE.txt",
    "THIRD-PARTY-NOTICES.txt",
    "VERSION",
    "runtime/node",
    "specs/gwe.spec",
  ]) {
    expect(entries).toContain(`gateway-engine/${name}`);
  }
  for (const program of programs) expect(entries).toContain(`gateway-engine/bin/${program}`);
  expect(entries).toContain("gateway-engine/python/exo/device.py");
  expect(entries.filter((entry) => /__pycache__|tests/.test(entry))).toEqual([]);
});

test("beside it are the packages that replace one part each, and only the runtime's holds a runtime", async () => {
  const found = updates();
  expect(found.map((name) => name.split(".v")[0])).toEqual(["gmq", "gwe-runtime", "gwe", "supervisor"]);
  for (const name of found) {
    const { stdout } = await run("tar", ["xOzf", name, "gwe.json"], { cwd: temporary });
    expect(JSON.parse(stdout)).toMatchObject({ component: name.split(".v")[0] });
    expect(statSync(join(temporary, name)).size > 10_000_000, name).toBe(name.startsWith("gwe-runtime"));
  }
});

test("made again, it is the same byte for byte", async () => {
  const again = join(temporary, "again");
  await release(again);
  for (const file of [tarball, ...updates()]) {
    expect(readFileSync(join(again, file)).equals(readFileSync(join(temporary, file))), file).toBe(true);
  }
  rmSync(again, { recursive: true });
}, 300_000);

test("install.sh puts it under a root, starts nothing, and tells what it did", async () => {
  const said = await install();
  expect(said).toContain("Installation Summary and Self Test");
  expect(said).not.toContain("FAILED");
  for (const program of programs) {
    expect(said).toContain(`OK      ${program} -v: ${VERSION}\n`);
    expect(readlinkSync(join(root, "usr/local/bin", program))).toBe(`../../../opt/gateway-engine/bin/${program}`);
    expect(await installed(program, "-v")).toBe(`${VERSION}\n`);
  }
  const log = readdirSync(unpacked).find((name) => /^gwe_install_.+\.log$/.test(name)) ?? "";
  expect(readFileSync(join(unpacked, log), "utf8")).toContain("Installation Summary and Self Test");
  const configuration = join(root, "etc/gateway-engine");
  expect(readFileSync(join(configuration, "Gateway.cfg"), "utf8")).toBe(FRESH_GATEWAY_CFG);
  expect(readFileSync(join(configuration, "Engine.config"), "utf8")).toBe(FRESH_ENGINE_CONFIG);
  expect(statSync(join(configuration, "Gateway.cfg")).mode & 0o777).toBe(0o600);
  expect(existsSync(join(root, "run"))).toBe(false);
  expect(await installed("gwe", "-p")).toBe(`${join(root, "opt/gateway-engine")}\n`);
});

describe("the Python module exo", () => {
  const skipped = "SKIPPED the Python module exo: no Python 3.7 or newer in";

  test("is skipped with a word where there is no Python", async () => {
    expect(await install()).toContain(`${skipped} ${root}; another one finds it with PYTHONPATH=`);
  });

  test("is on the import path of each Python of the gateway, once", async () => {
    await run("python3", ["-m", "venv", "--without-pip", join(root, "usr/local")]);
    const python = join(root, "usr/local/bin/python3");
    expect(await install()).toContain(`OK      the Python module exo for ${python}\n`);
    const said = await install();
    expect(said).not.toContain(skipped);
    expect(said.match(/the Python module exo/g)).toHaveLength(2);
    const { stdout } = await run(python, ["-I", "-c", "import exo; print(exo.__version__, exo.__path__[0])"]);
    expect(stdout).toBe(`${VERSION} ${join(root, "opt/gateway-engine/python/exo")}\n`);
  });

  test("says so when another module of that name is in its way", async () => {
    const placed = readFileSync(join(root, "opt/gateway-engine/python/pth-files"), "utf8").trim();
    const other = join(dirname(placed), "exo");
    mkdirSync(other);
    writeFileSync(join(other, "__init__.py"), "");
    expect(await install()).toContain(
      `CHECK   the Python module exo: ${join(root, "usr/local/bin/python3")} has another`,
    );
    rmSync(other, { recursive: true });
  });

  test("is gone with the files that the guide names", async () => {
    await run("sh", ["-c", 'xargs rm -f <"$0"', join(root, "opt/gateway-engine/python/pth-files")]);
    const importing = run(join(root, "usr/local/bin/python3"), ["-I", "-c", "import exo"]);
    await expect(importing).rejects.toMatchObject({ code: 1 });
    await install();
  });
});

test("installed again, it keeps the configuration", async () => {
  await installed("gwe", "--set-product-id", "pid", "--set-uuid", "sn", "--server", "http://127.0.0.1:1");
  const said = await install();
  expect(said).toContain(`KEPT    ${root}/etc/gateway-engine/Gateway.cfg\n`);
  expect(await installed("gwe", "-g")).toContain("model = pid\nvendor = pid\nuuid = sn\n");
});

test("the installed supervisor runs gwe, gmq and an application out of apps_to_install", async () => {
  const app = longRunningPackage({ name: "sleeper" });
  writeFileSync(join(unpacked, "apps_to_install", app.fileName), app.bytes);
  expect(await install()).toContain(`OK      application ${app.fileName}\n`);
  writeFileSync(join(root, "etc/gateway-engine/gmq.cfg"), "[server]\nlisten = 127.0.0.1:0\n");

  const supervisord = spawn(join(root, "usr/local/bin/supervisord"), ["-n"], {
    env: bareEnvironment(),
    stdio: "ignore",
  });
  const ended = once(supervisord, "exit");
  try {
    const status = await statusWhen((text) => (text.match(/RUNNING/g) ?? []).length === 3);
    expect(status).toMatch(/^gmq +RUNNING +pid \d+, uptime 0:00:\d\d$/m);
    expect(status).toMatch(/^gwe +RUNNING /m);
    expect(status).toMatch(/^sleeper +RUNNING /m);
  } finally {
    supervisord.kill("SIGTERM");
    await ended;
  }
  expect(processesUnder(root)).toEqual([]);
});

test("a root that would break the configuration files is refused", async () => {
  await expect(run("./install.sh", ["--root", "/tmp/a b"], { cwd: unpacked })).rejects.toMatchObject({ code: 2 });
  await expect(run("./install.sh", ["--root", "relative"], { cwd: unpacked })).rejects.toMatchObject({ code: 2 });
});

test("without the right to write where it would install, it says what to do", async () => {
  chmodSync(temporary, 0o755);
  const logs = join(temporary, "logs");
  mkdirSync(logs);
  chmodSync(logs, 0o777);
  const asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "./install.sh"];
  const env = { PATH: "/usr/bin:/bin", TMPDIR: logs };
  await expect(run("setpriv", asNobody, { cwd: unpacked, env })).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("cannot write to /: run it as root, or give a folder of your own with --root\n"),
    stderr: "",
  });
});

/** Asks again until the supervisor says what is waited for; supervisorctl itself fails while something is not running. */
async function statusWhen(enough: (text: string) => boolean): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const text = await installed("supervisorctl", "status").catch((error: { stdout?: string }) => error.stdout ?? "");
    if (enough(text) || tries === 60) return text;
    await sleep(500);
  }
}

function processesUnder(folder: string): readonly string[] {
  const list = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
  return list.split("\n").filter((line) => line.includes(folder));
}
