import { closeSync, constants, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChildExit, SpawnRequest } from "@gateway-engine/core/children";
import { afterAll, describe, expect, test } from "vitest";
import { findAccount, findAccountGroup } from "../src/accounts.ts";
import { createChildren } from "../src/children.ts";

const folder = mkdtempSync(join(tmpdir(), "children-"));
const children = createChildren(folder);
const never = new AbortController().signal;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts `script` in a shell; `output` grows as it writes, `exit` is its end. */
async function startShell(script: string, changes: Partial<SpawnRequest> = {}) {
  const pipes = { stdin: join(folder, "in"), stdout: join(folder, "out"), stderr: undefined };
  await children.makePipes([pipes.stdin, pipes.stdout]);
  let output = "";
  let wake = () => {};
  const pipe = children.readPipe(pipes.stdout, {
    data: (chunk) => {
      output += Buffer.from(chunk).toString();
      wake();
    },
    end: () => wake(),
  });
  let ended: (exit: ChildExit) => void = () => {};
  const exit = new Promise<ChildExit>((resolve) => {
    ended = resolve;
  });
  const shell = { file: "/bin/sh", argv0: "sh", args: ["-c", script], env: { MARK: folder } };
  const request = { ...shell, cwd: undefined, umask: undefined, user: undefined, pipes, ...changes };
  const pid = await children.spawn(request, ended);
  const says = async (text: string) => {
    while (!output.includes(text)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { pid, pipes, pipe, exit, says, output: () => output };
}

describe("a child on real pipes", () => {
  test("opens /dev/stdout, reads its standard input, and tells how it ended", async () => {
    const child = await startShell('echo first > /dev/stdout; read line; echo "got $line"; exit 3');
    await child.says("first\n");
    expect(await children.writePipe(child.pipes.stdin, Buffer.from("word\n"), never)).toBe(true);
    expect(await child.exit).toEqual({ kind: "status", status: 3 });
    child.pipe.drain();
    expect(child.output()).toBe("first\ngot word\n");
    child.pipe.close();
    expect(await children.writePipe(child.pipes.stdin, Buffer.from("late"), never)).toBe(false);
  });

  test("does not read what was meant for another one before it", async () => {
    const path = join(folder, "in");
    await children.makePipes([path]);
    const holder = openSync(path, constants.O_RDWR);
    writeSync(holder, "old\n");
    const child = await startShell('echo up; read line; echo "got $line"');
    await child.says("up");
    await children.writePipe(path, Buffer.from("new\n"), never);
    await child.exit;
    child.pipe.drain();
    expect(child.output()).toBe("up\ngot new\n");
    child.pipe.close();
    closeSync(holder);
  });

  test("can be found by its environment while it lives, and is signalled with its group", async () => {
    const child = await startShell("sleep 1000 & echo up; wait");
    await child.says("up");
    const found = children.findByEnvironment("MARK", folder);
    expect(child.pid).toEqual({ ok: true, value: found?.pid });
    expect(found !== undefined && children.isAlive(found)).toBe(true);
    expect(children.signal({ pid: found?.pid ?? 0, group: true }, "SIGKILL")).toBeUndefined();
    expect(await child.exit).toEqual({ kind: "signal", signal: "SIGKILL" });
    expect(found !== undefined && children.isAlive(found)).toBe(false);
    child.pipe.close();
  });

  test.each<[string, Partial<SpawnRequest>, object]>([
    ["folder", { cwd: "/nonexistent" }, { kind: "no-folder", code: "ENOENT" }],
    ["program", { file: "/nonexistent" }, { kind: "no-exec", code: "ENOENT" }],
  ])("says that its %s is missing", async (_what, changes, problem) => {
    const child = await startShell("true", changes);
    expect(child.pid).toEqual({ ok: false, problem });
    child.pipe.close();
  });
});

test("pipes that two ask for at the same time are made once, for both", async () => {
  for (let round = 0; round < 10; round += 1) {
    const paths = ["a", "b", "c"].map((name) => join(folder, `${name}${round}`));
    await Promise.all([children.makePipes(paths), children.makePipes(paths), children.makePipes(paths)]);
    for (const path of paths) expect(statSync(path).isFIFO()).toBe(true);
  }
});

test("accounts are found by name and by number", () => {
  expect(findAccount("root")).toEqual({ name: "root", uid: 0, gid: 0 });
  expect(findAccount("0")?.name).toBe("root");
  expect(findAccount("no-such-account")).toBeUndefined();
  expect(findAccountGroup("root")).toBe(0);
});
