import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "@gateway-engine/core/processes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { processStartTicks } from "../src/process-table.ts";
import { nodeCommandRunner } from "../src/processes.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gwe-run-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function run(script: string, more: Partial<Command> = {}) {
  let output = "";
  const result = await nodeCommandRunner.run({
    file: "/bin/sh",
    args: ["-c", script],
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", WORD: "hello" },
    timeoutMs: 10_000,
    graceMs: 1000,
    signal: new AbortController().signal,
    onOutput: (chunk) => {
      output += Buffer.from(chunk).toString();
    },
    ...more,
  });
  return { result, output };
}

describe("a command", () => {
  test("gets its folder and its environment, and gives its output and status", async () => {
    const { result, output } = await run('echo "$WORD $(pwd) $HOME"; echo oops >&2; exit 3');
    expect(result).toEqual({ kind: "exited", status: 3 });
    expect(output).toContain(`hello ${folder} \n`);
    expect(output).toContain("oops\n");
  });

  test("has no standard input to wait on", async () => {
    expect((await run("cat")).result).toEqual({ kind: "exited", status: 0 });
  });

  test("that is killed says by which signal", async () => {
    expect((await run("kill -KILL $$")).result).toEqual({ kind: "signalled", signal: "SIGKILL" });
  });

  test("that does not exist was not started", async () => {
    expect((await run("", { file: "/nowhere/x" })).result).toMatchObject({ kind: "not-started" });
  });

  test("gives all of a long output", async () => {
    const { output } = await run("head -c 300000 /dev/zero | tr '\\0' x");
    expect(output).toHaveLength(300_000);
  });
});

describe("the end of a command", () => {
  test("comes by SIGTERM when its time is up", async () => {
    const { result } = await run("trap 'echo bye > said; exit 0' TERM; while :; do sleep 0.05; done", {
      timeoutMs: 300,
    });
    expect(result).toEqual({ kind: "timed-out" });
    expect(await readFile(join(folder, "said"), "utf8")).toBe("bye\n");
  });

  test("comes by SIGKILL when it does not listen", async () => {
    const { result } = await run("trap '' TERM; while :; do sleep 0.05; done", { timeoutMs: 200, graceMs: 200 });
    expect(result).toEqual({ kind: "timed-out" });
  });

  test("comes when the signal aborts", async () => {
    const controller = new AbortController();
    const running = run("echo started; sleep 60", { signal: controller.signal, onOutput: () => controller.abort() });
    expect((await running).result.kind).not.toBe("exited");
  });

  test("takes along what it left behind in its group", async () => {
    await run("sleep 60 & echo $! > pid; exit 0");
    const pid = Number(await readFile(join(folder, "pid"), "utf8"));
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => processStartTicks(pid)).toBeUndefined();
  });

  test("takes along the whole group when its time is up", async () => {
    await run("sleep 60 & echo $! > pid; wait", { timeoutMs: 300, graceMs: 300 });
    expect(existsSync(join(folder, "pid"))).toBe(true);
    const pid = Number(await readFile(join(folder, "pid"), "utf8"));
    await expect.poll(() => processStartTicks(pid)).toBeUndefined();
  });
});
