import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireLock } from "../src/lock.ts";

const LOCK_MODULE = resolve(import.meta.dirname, "../dist/lock.js");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gwe-lock-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("a lock is held once, and again after it was given back", () => {
  const path = join(folder, "run/gmq.lock");
  const lock = acquireLock(path, "the queue", "stop it first");
  expect(() => acquireLock(path, "the queue", "stop it first")).toThrow(
    `the queue is in use by process ${process.pid}; stop it first`,
  );
  lock.release();
  acquireLock(path, "the queue", "stop it first").release();
});

test("the lock of another process is seen, and is free when that process is killed", async () => {
  const path = join(folder, "gmq.lock");
  const program = `import { acquireLock } from ${JSON.stringify(LOCK_MODULE)};
    acquireLock(${JSON.stringify(path)}, "it", "wait"); console.log("held"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", program]);
  try {
    await once(holder.stdout, "data");
    expect(() => acquireLock(path, "the queue", "stop it first")).toThrow(`in use by process ${holder.pid}`);
  } finally {
    holder.kill("SIGKILL");
    await once(holder, "exit");
  }
  acquireLock(path, "the queue", "stop it first").release();
});

test("a lock that cannot be made is an error of the file", async () => {
  await writeFile(join(folder, "plain"), "");
  const path = join(folder, "plain/gmq.lock");
  expect(() => acquireLock(path, "the queue", "stop it first")).toThrow(`cannot write ${path}: `);
});
