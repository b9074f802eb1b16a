/** Going into the background: the same program again, in a session of its own, while we wait until it is up. */
import { spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";

export type BackgroundOutcome =
  | { readonly kind: "up"; readonly pid: number }
  /** It ended, or said why it cannot go on. */
  | { readonly kind: "failed"; readonly reason: string };

/** Starts this program again, with the same arguments, in the background. */
export function startInBackground(): Promise<BackgroundOutcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "pipe"],
      env: { ...process.env, [MARK]: String(process.pid) },
    });
    let said = "";
    child.stdio[REPORT_FD]?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
    child.once("error", (error) => resolve({ kind: "failed", reason: error.message }));
    child.stdio[REPORT_FD]?.once("close", () => {
      child.unref();
      resolve(said === UP ? { kind: "up", pid: child.pid ?? 0 } : { kind: "failed", reason: said });
    });
  });
}

/** What the program in the background tells the one that started it. */
export interface BackgroundReport {
  up(): void;
  failed(reason: string): void;
}

/** @returns undefined in a program that was not started by `startInBackground` */
export function takeBackgroundReport(): BackgroundReport | undefined {
  const isBackground = process.env[MARK] === String(process.ppid);
  delete process.env[MARK];
  if (!isBackground) return undefined;
  const say = (text: string) => {
    writeSync(REPORT_FD, text);
    closeSync(REPORT_FD);
  };
  return { up: () => say(UP), failed: say };
}

const MARK = "GWE_BACKGROUND_OF";
const REPORT_FD = 3;
const UP = "up";
