import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { runningProcesses } from "@gateway-engine/testkit/running-processes";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { describe, expect, test, vi } from "vitest";
import { endProcessesWith } from "../src/stray-processes.ts";

describe("stray processes", () => {
  test("are found by a variable that they inherited, ended with their children, and others are left alone", async () => {
    const value = `test-${process.pid}`;
    const script = "sh -c 'sleep 1000' & sleep 1000 & echo ready; wait";
    const marked = spawn("sh", ["-c", script], {
      env: { PATH: process.env["PATH"], STRAY_MARK: value },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const other = spawn("sleep", ["1000"], { env: { PATH: process.env["PATH"], STRAY_MARK: `${value}-not` } });
    const ended = once(marked, "exit");
    await once(marked.stdout, "data");
    try {
      expect(await endProcessesWith("STRAY_MARK", value)).toBeGreaterThanOrEqual(3);
      expect(await ended).toEqual([null, "SIGKILL"]);
      expect(other.exitCode ?? other.signalCode).toBeNull();
      expect(await endProcessesWith("STRAY_MARK", value)).toBe(0);
    } finally {
      other.kill();
    }
  });

  test.each([
    ["doubles, each in a session of its own", 'setsid "$0" & setsid "$0" & exec sleep 1000'],
    ["goes from one to the next", 'setsid "$0" &'],
  ])("are ended when what they do is fork for ever: one %s", async (_, body) => {
    using folder = temporaryFolder("stray");
    const bomb = `${folder.path}/bomb`;
    const forked = `${folder.path}/forked`;
    // Should it not be ended, it ends by itself, and it never takes more than the machine can bear.
    const bounds =
      '[ -e "$0" ] || exit; set -- /proc/[0-9]*; while [ $# -gt 600 ]; do sleep 0.1; set -- /proc/[0-9]*; done';
    writeFileSync(bomb, `#!/bin/sh\n${bounds}\n${body.replace("&", `& : > "$FORKED";`)}\n`, { mode: 0o755 });
    const value = `bomb-${process.pid}`;
    const marked = () => runningProcesses().filter(({ environment }) => environment.includes(`STRAY_MARK=${value}`));
    spawn(bomb, { env: { PATH: process.env["PATH"], STRAY_MARK: value, FORKED: forked }, stdio: "ignore" });
    await vi.waitFor(() => expect(existsSync(forked)).toBe(true));
    await endProcessesWith("STRAY_MARK", value);
    for (let look = 0; look < 20; look += 1) {
      expect(marked()).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
});
