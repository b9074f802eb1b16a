import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";

const PROCESS_ONE = new URL("../bin/process-one", import.meta.url).pathname;

/** A program under the launcher of process 1. */
function start(...command: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  const child = spawn(PROCESS_ONE, command, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  onTestFinished(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  });
  return child;
}

async function statusOf(child: ReturnType<typeof start>): Promise<unknown> {
  const [status] = (await once(child, "exit")) as [unknown];
  return status;
}

describe("process 1 of a container", () => {
  test.each([
    { script: "exit 0", status: 0 },
    { script: "exit 7", status: 7 },
    { script: "kill -KILL $$", status: 137 },
  ])("ends with the status of the program: $script", async ({ script, status }) => {
    expect(await statusOf(start("/bin/sh", "-c", script))).toBe(status);
  });

  test.each(["TERM", "INT", "QUIT", "HUP", "USR2"])(
    "passes SIG%s on, and waits for what the program makes of it",
    async (name) => {
      const script = `process.on("SIG${name}", () => setTimeout(() => process.exit(42), 50)); console.log("ready"); setInterval(() => {}, 1000)`;
      const child = start(process.execPath, "-e", script);
      await once(child.stdout, "data");
      child.kill(`SIG${name}` as NodeJS.Signals);
      expect(await statusOf(child)).toBe(42);
    },
  );
});
