import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
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
});
