import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { procSessions } from "../src/sessions.ts";

/** A shell that leads a session, once it has written a line. */
async function shell(script: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const { pid } = child;
  if (pid === undefined) throw new Error("no shell");
  onTestFinished(() => void process.kill(-pid, "SIGKILL"));
  await once(child.stdout, "data");
  return Object.assign(child, { pid });
}

test("a session has its leader and what it started for members", async () => {
  const { pid } = await shell("sleep 1000 & echo started; wait");
  const pids = procSessions.members(pid).map((member) => member.pid);
  expect(pids).toContain(pid);
  expect(pids).toHaveLength(2);
  expect(procSessions.members(process.pid * 1000)).toEqual([]);
});

test("what a session uses is the sum of its living processes and of those they waited for", async () => {
  const { pid } = await shell("(i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done); sleep 1000 & echo worked; wait");
  const usage = procSessions.measure(new Set([pid, 1_000_000_000])).get(pid);
  expect(usage?.processes).toBe(2);
  expect(usage?.cpuSeconds).toBeGreaterThan(0);
  expect(usage?.memoryKilobytes).toBeGreaterThan(500);
  expect(procSessions.measure(new Set([1_000_000_000])).size).toBe(0);
});
