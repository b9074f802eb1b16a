/** The launcher of an installed release, with a runtime that only says what it was to run. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const run = promisify(execFile);
const LAUNCHERS = resolve(import.meta.dirname, "../bin");
const TO = "../apps/gwe/2.0.1";

let root: string;
let components: string;
let tools: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gwe-in-force-"));
  components = join(root, "var/lib/gateway-engine/components");
  tools = join(root, "tools");
  makeRelease(join(root, "factory"));
  makeRelease(join(components, TO));
  for (const name of ["launch-in-force", "trial"]) copyFileSync(join(LAUNCHERS, name), join(root, "factory/lib", name));
  mkdirSync(components, { recursive: true });
  mkdirSync(tools);
  script(join(root, "node"), 'echo "$*" | sed "s|.*/\\([a-z0-9.]*\\)/lib/\\([a-z]*\\)|\\1 \\2|"');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function makeRelease(folder: string): void {
  mkdirSync(join(folder, "lib"), { recursive: true });
  copyFileSync(join(LAUNCHERS, "launch"), join(folder, "lib/launch"));
  for (const name of ["gwe.cjs", "gmq.js", "supervisord.js"]) writeFileSync(join(folder, "lib", name), "");
}

function script(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: `${tools}:/usr/bin:/bin`, GWE_ROOT: root, GWE_NODE: join(root, "node") };
}

/** @returns the release and the program that were started */
async function start(component = "gwe", file = "gwe.cjs", ...args: readonly string[]): Promise<string> {
  const launcher = join(root, "factory/lib/launch-in-force");
  const { stdout } = await run(launcher, [component, file, ...args], { env: environment() });
  return stdout.trim();
}

/** The link is switched, and the new release has two attempts. */
function beginTrial(seconds = 60): void {
  symlinkSync("factory", join(components, "gwe.before"));
  symlinkSync(TO, join(components, "gwe"));
  writeFileSync(join(components, "trial-2"), `install i1\ncomponent gwe\nto ${TO}\nseconds ${seconds}\n`);
}

function standing(): readonly string[] {
  return readdirSync(components).filter((name) => /^(trial|went-back|passed)/.test(name));
}

describe("what is in force", () => {
  test("is the factory release when nothing was updated", async () => {
    expect(await start()).toBe("factory gwe.cjs");
  });

  test("is the release that the component's link leads to, of that component alone", async () => {
    symlinkSync(TO, join(components, "gwe"));
    expect(await start()).toBe("2.0.1 gwe.cjs");
    expect(await start("gmq", "gmq.js")).toBe("factory gmq.js");
  });

  test.each(["../apps/gwe/3.0.0", "factory"])("is the factory release when the link leads to %s", async (target) => {
    symlinkSync(target, join(components, "gwe"));
    expect(await start()).toBe("factory gwe.cjs");
  });
});

describe("a release on trial", () => {
  test("has two starts, and the third is that of the release before", async () => {
    beginTrial();
    expect(await start()).toBe("2.0.1 gwe.cjs");
    expect(await start()).toBe("2.0.1 gwe.cjs");
    expect(await start()).toBe("factory gwe.cjs");
    expect(standing()).toEqual(["went-back-attempts"]);
  });

  test("is not started by a command line, which takes no attempt", async () => {
    beginTrial();
    expect(await start("gwe", "gwe.cjs", "-v")).toBe("2.0.1 gwe.cjs -v");
    expect(standing()).toEqual(["trial-2"]);
  });

  test.each([[["-d", "DEBUG"]], [["--debug-level=INFO"]]])("takes an attempt as an engine with %j", async (args) => {
    beginTrial();
    await start("gwe", "gwe.cjs", ...args);
    expect(standing()).toEqual(["trial-1"]);
  });

  test("is not tried at all when its program file is missing", async () => {
    beginTrial();
    rmSync(join(components, TO, "lib/gwe.cjs"));
    expect(await start()).toBe("factory gwe.cjs");
    expect(standing()).toEqual(["went-back-program"]);
  });

  test("is left alone as long as the link does not lead to it", async () => {
    beginTrial();
    rmSync(join(components, "gwe"));
    symlinkSync("factory", join(components, "gwe"));
    expect(await start()).toBe("factory gwe.cjs");
    expect(standing()).toEqual(["trial-2"]);
  });

  test("that was ended before its link was put back has it put back by the next start", async () => {
    beginTrial();
    rmSync(join(components, "trial-2"));
    writeFileSync(join(components, "went-back-deadline"), `install i1\ncomponent gwe\nto ${TO}\nseconds 1\n`);
    expect(await start()).toBe("factory gwe.cjs");
    expect(readlinkSync(join(components, "gwe"))).toBe("factory");
  });

  test("is put back by its watchdog when the time is up, and what runs from it is killed", async () => {
    script(join(root, "node"), "exec sleep 1000");
    beginTrial(1);
    const engine = spawn(join(root, "factory/lib/launch-in-force"), ["gwe", "gwe.cjs"], { env: environment() });
    const [, signal] = (await once(engine, "exit")) as [number | null, string | null];
    expect(signal).toBe("SIGKILL");
    expect(standing()).toEqual(["went-back-deadline"]);
    expect(readlinkSync(join(components, "gwe"))).toBe("factory");
  });

  test("that has passed is not put back by its watchdog", async () => {
    script(join(root, "node"), `mv ${components}/trial-1 ${components}/passed; sleep 2; echo alive`);
    beginTrial(1);
    expect(await start()).toBe("alive");
    expect(readlinkSync(join(components, "gwe"))).toBe(TO);
  });
});

describe("a supervisor on trial", () => {
  const RELEASE = "../apps/supervisor/2.0.5";
  /** The arguments that the supervisor was started again with, if it was. */
  const again = () => existsSync(join(root, "started-again")) && readFileSync(join(root, "started-again"), "utf8");

  beforeEach(() => {
    makeRelease(join(components, RELEASE));
    symlinkSync("factory", join(components, "supervisor.before"));
    symlinkSync(RELEASE, join(components, "supervisor"));
    writeFileSync(join(components, "trial-1"), `install i1\ncomponent supervisor\nto ${RELEASE}\nseconds 60\n`);
    mkdirSync(join(root, "factory/bin"));
    script(join(root, "factory/bin/supervisord"), `printf '%s\\n' "$*" >${root}/started-again`);
  });

  /** As the program that takes the place of another in its process. */
  async function replace(): Promise<void> {
    const command = 'GWE_REPLACED=$$:"$1" exec "$0" supervisor supervisord.js -n';
    const launcher = join(root, "factory/lib/launch-in-force");
    await run("/bin/sh", ["-c", command, launcher, join(root, "pid")], { env: environment() }).catch(() => {});
  }

  /** Whether the new release, when it is to run, ends at once; asked for its version, it answers. */
  function endsAtOnce(): void {
    script(join(root, "node"), 'case "$*" in *-v) ;; *) exit 1 ;; esac');
  }

  test("has one start, and the second is that of the release before", async () => {
    expect(await start("supervisor", "supervisord.js", "-n")).toBe("2.0.5 supervisord.js -n");
    expect(standing()).toEqual(["trial-0"]);
    expect(await start("supervisor", "supervisord.js", "-n")).toBe("factory supervisord.js -n");
    expect(standing()).toEqual(["went-back-attempts"]);
  });

  test("is no business of a start of the engine, nor of a question for its version", async () => {
    await start();
    await start("supervisor", "supervisord.js", "-v");
    expect(standing()).toEqual(["trial-1"]);
  });

  test("is not tried when it cannot say its version", async () => {
    script(join(root, "node"), 'case "$*" in *2.0.5*) exit 1 ;; *) echo factory ;; esac');
    expect(await start("supervisor", "supervisord.js", "-n")).toBe("factory");
    expect(standing()).toEqual(["went-back-start"]);
  });

  test("that ends at once is followed by the release before, with the same arguments", async () => {
    endsAtOnce();
    writeFileSync(join(root, "pid"), "");
    await replace();
    while (again() !== "-n\n") await wait(50);
    expect(standing()).toEqual(["went-back-ended"]);
    expect(readlinkSync(join(components, "supervisor"))).toBe("factory");
  });

  test("that was ended in good order, without its pid file, is left so", async () => {
    endsAtOnce();
    await replace();
    while (watchdogs() > 0) await wait(50);
    expect(again()).toBe(false);
    expect(standing()).toEqual(["trial-0"]);
  });

  function watchdogs(): number {
    const running = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
    return running.filter((pid) => commandLine(pid).includes(`${root}/factory/lib/trial\0watch`)).length;
  }
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

describe("a launcher that is killed", () => {
  const moments = ["before", "after"].flatMap((moment) => [1, 2, 3, 4].map((call) => ({ moment, call })));

  test.each(moments)("$moment its change number $call leaves a gateway that starts", async ({ moment, call }) => {
    beginTrial();
    await start();
    await start();
    killAt(moment, call);
    await start().catch(() => {});
    for (const tool of ["mv", "sync"]) rmSync(join(tools, tool));
    expect(await start()).toBe("factory gwe.cjs");
    expect(standing()).toEqual(["went-back-attempts"]);
    expect(await start()).toBe("factory gwe.cjs");
  });

  test.each(moments)("$moment change number $call of an attempt does not lose count", async ({ moment, call }) => {
    beginTrial();
    killAt(moment, call);
    await start().catch(() => {});
    for (const tool of ["mv", "sync"]) rmSync(join(tools, tool));
    const started = [await start(), await start(), await start()];
    expect(started.at(-1)).toBe("factory gwe.cjs");
    expect(standing()).toEqual(["went-back-attempts"]);
  });

  /** Every change that the launcher makes is one of these two commands. */
  function killAt(moment: string, call: number): void {
    for (const tool of ["mv", "sync"]) {
      const count = `echo x >>"${root}/calls"; n=$(wc -l <"${root}/calls")`;
      const kill = `[ "$n" -eq ${call} ] && kill -9 $PPID`;
      const work = `/bin/${tool} "$@"`;
      const body = moment === "before" ? [count, `${kill} && exit`, work] : [count, work, kill];
      script(join(tools, tool), body.join("\n"));
    }
  }
});

test("the runtime that is in force is not seen by what the program starts", async () => {
  const runtime = join(components, "../apps/gwe-runtime/24.99.0/runtime");
  mkdirSync(runtime, { recursive: true });
  script(join(runtime, "node"), 'echo "$GWE_RUNTIME_LINK" "$(printenv GWE_RUNTIME || echo none)"');
  symlinkSync("../apps/gwe-runtime/24.99.0", join(components, "gwe-runtime"));
  const launcher = join(root, "factory/lib/launch-in-force");
  const { stdout } = await run(launcher, ["gwe", "gwe.cjs"], { env: { ...environment(), GWE_NODE: "" } });
  expect(stdout).toBe("../apps/gwe-runtime/24.99.0 none\n");
});
