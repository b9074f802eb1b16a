import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import type { Command, CommandResult, CommandRunner } from "@gateway-engine/core/processes";
import { asUser } from "./as-user.ts";
import { errnoReason } from "./errno.ts";

export const nodeCommandRunner: CommandRunner = { run };

function run(command: Command): Promise<CommandResult> {
  return new Promise((resolve) => {
    if (command.signal.aborted) return resolve({ kind: "timed-out" });
    const { file, args, identity } = asUser(command);
    const child = spawn(file, args, {
      cwd: command.cwd,
      env: command.env,
      detached: command.interactive !== true,
      stdio: stdioOf(command),
      ...identity,
    });
    const overseer = new Overseer(child, command);
    child.once("error", (cause) => overseer.end(() => resolve({ kind: "not-started", reason: errnoReason(cause) })));
    child.once("exit", (status, signal) => overseer.end(() => resolve(overseer.result(status, signal))));
  });
}

function stdioOf({ interactive, outputToStderr }: Command): StdioOptions {
  if (interactive !== true) return ["ignore", "pipe", "pipe"];
  return ["inherit", outputToStderr === true ? process.stderr.fd : "inherit", "inherit"];
}

/** Watches over one running command: its time limit, its output, and what it leaves behind. */
class Overseer {
  readonly #child: ChildProcess;
  readonly #command: Command;
  readonly #timer: NodeJS.Timeout;
  #killTimer: NodeJS.Timeout | undefined;
  #timedOut = false;

  constructor(child: ChildProcess, command: Command) {
    this.#child = child;
    this.#command = command;
    this.#timer = setTimeout(this.#terminate, command.timeoutMs);
    command.signal.addEventListener("abort", this.#terminate, { once: true });
    for (const output of [child.stdout, child.stderr]) {
      output?.on("data", (chunk: Buffer) => command.onOutput?.(chunk)).on("error", () => {});
    }
  }

  /** Output that a finished command still has in its pipes is read first; a survivor that holds them open is ended. */
  end(report: () => void): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#killTimer);
    this.#command.signal.removeEventListener("abort", this.#terminate);
    this.#signalGroup("SIGKILL");
    const drained = [this.#child.stdout, this.#child.stderr].map(
      (output) =>
        new Promise<void>((done) => {
          if (output === null || output.closed) return done();
          output.once("close", done);
          setTimeout(() => output.destroy(), DRAIN_MS).unref();
        }),
    );
    void Promise.all(drained).then(report);
  }

  result(status: number | null, signal: NodeJS.Signals | null): CommandResult {
    if (this.#timedOut) return { kind: "timed-out" };
    return status === null ? { kind: "signalled", signal: signal ?? "unknown" } : { kind: "exited", status };
  }

  readonly #terminate = (): void => {
    this.#timedOut = true;
    this.#signalGroup("SIGTERM");
    this.#killTimer = setTimeout(() => this.#signalGroup("SIGKILL"), this.#command.graceMs);
  };

  #signalGroup(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(this.#command.interactive === true ? pid : -pid, signal);
    } catch {
      // The group is gone already, which is what we wanted.
    }
  }
}

/** Longest wait for the pipes of an ended command to run dry, in milliseconds. */
const DRAIN_MS = 1000;
