/** supervisord as process 1 of a container: a pid namespace of its own is what makes it one. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { SupervisedFolder } from "../test/daemon/gateway.ts";

const LAUNCHER = new URL("../bin/supervisord", import.meta.url).pathname;

beforeAll(() => {
  // Missing is a failure here, not a reason to skip: root, and the package util-linux.
  expect(spawnSync("unshare", ["--pid", "--fork", "--mount-proc", "true"]).status).toBe(0);
});

/** The host sees the container's process 1 as the child of `unshare`. */
async function startContainer(folder: SupervisedFolder, ...options: readonly string[]) {
  const args = ["--pid", "--fork", "--kill-child", "--mount-proc", LAUNCHER, "-c", folder.file("s.conf"), ...options];
  const unshare = spawn("unshare", args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  unshare.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(unshare, "exit") as Promise<[number | null]>;
  onTestFinished(async () => {
    if (unshare.exitCode === null) unshare.kill("SIGKILL");
    await ended;
    await folder.stop();
  });
  while (!said.includes("supervisord started with pid")) await wait(20);
  const one = Number(readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, "utf8"));
  return { one, ended, said: () => said };
}

/** Pid and state of every process whose parent is this one. */
function childrenOf(
  pid: number,
): readonly { readonly pid: number; readonly command: string; readonly state: string }[] {
  const listed = spawnSync("ps", ["-o", "pid=,stat=,comm=", "--ppid", String(pid)], { encoding: "utf8" }).stdout;
  return listed
    .trim()
    .split("\n")
    .map((line) => {
      const [child = "", state = "", command = ""] = line.trim().split(/\s+/);
      return { pid: Number(child), state, command };
    });
}

test("reaps what loses its parent", async () => {
  const folder = new SupervisedFolder(`[program:parent]
command=/bin/sh -c "for i in 1 2 3 4 5; do (setsid sleep 0.2 &); done; exec sleep 1000"
`);
  const { one } = await startContainer(folder);
  await folder.until("parent", "RUNNING");
  while (childrenOf(one).some(({ command }) => command === "sleep")) await wait(20);
  expect(childrenOf(one)).toHaveLength(1);
});

test("ends in good order when the container is told to, and keeps the exit status", async () => {
  const folder = new SupervisedFolder(`[program:slow]
command=/bin/sh -c "trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done"
stdout_logfile=$HERE/slow.log
`);
  const { one, ended, said } = await startContainer(folder, "-n");
  await folder.until("slow", "RUNNING");
  process.kill(one, "SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(folder.read("slow.log")).toBe("bye\n");
  expect(said()).toContain("stopped: slow (exit status 0)");
});

test("has the exit status of a daemon that was killed", async () => {
  const folder = new SupervisedFolder("");
  const { one, ended } = await startContainer(folder, "-n");
  for (const { pid } of childrenOf(one)) process.kill(pid, "SIGKILL");
  expect(await ended).toEqual([137, null]);
});

test("stays in the foreground, and says why", async () => {
  const folder = new SupervisedFolder("");
  const { one, ended, said } = await startContainer(folder);
  expect(said()).toContain("WARN nodaemon=true is assumed");
  process.kill(one, "SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(said()).toContain("received SIGINT indicating exit request");
});
