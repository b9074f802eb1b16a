/** A program of the demo: its process, its log file, its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { ProgramError } from "@gateway-engine/core/errors";
import { systemClock } from "@gateway-engine/platform/clock";
import type { DemoFolder } from "./folder.ts";

export interface ProgramStart {
  readonly name: string;
  /** What is executed, where that is not the launcher of this name. */
  readonly executable?: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Program {
  readonly name: string;
  readonly process: ChildProcess;
  /** @throws ProgramError E_PROGRAM_START with the last line of its log */
  assertRunning(): void;
  untilOutput(pattern: RegExp, timeoutMs: number, signal: AbortSignal): Promise<void>;
}

/** Starts a program in a process group of its own, so that Ctrl-C reaches only the demo, which ends them in order. */
export function startProgram(folder: DemoFolder, start: ProgramStart): Program {
  const log = folder.logFile(start.name);
  const output = openSync(log, "w", 0o600);
  const child = spawn(start.executable ?? folder.launcher(start.name), start.args, {
    env: { ...process.env, ...start.env },
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  if (child.pid !== undefined) folder.remember(start.name, child.pid);
  const assertRunning = () => {
    if (child.exitCode === null && child.signalCode === null) return;
    const lines = readFileSync(log, "utf8").trim().split("\n");
    const said = lines.at(-1) || "it said nothing";
    const how = child.signalCode ?? `exit status ${child.exitCode}`;
    const reason = `it ended with ${how}: ${said} (${log}); npm start -- --fresh begins again`;
    throw new ProgramError("E_PROGRAM_START", { program: start.name, reason });
  };
  return {
    name: start.name,
    process: child,
    assertRunning,
    untilOutput: async (pattern, timeoutMs, signal) => {
      const deadline = systemClock.monotonic() + timeoutMs;
      while (!pattern.test(readFileSync(log, "utf8"))) {
        assertRunning();
        if (systemClock.monotonic() > deadline) {
          const reason = `it is not ready after ${timeoutMs / 1000} s (${log})`;
          throw new ProgramError("E_PROGRAM_START", { program: start.name, reason });
        }
        await systemClock.sleep(50, signal);
      }
    },
  };
}

/** Ends the programs one after the other, each asked first and made to after a while: all within 5 s. */
export async function stopAll(programs: readonly Program[]): Promise<void> {
  for (const { process: child } of programs) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const force = systemClock.after(LONGEST_STOP_MS, () => child.kill("SIGKILL"));
    await ended;
    force.cancel();
  }
}

/** A second less than two of them may take together. */
const LONGEST_STOP_MS = 2_200;
