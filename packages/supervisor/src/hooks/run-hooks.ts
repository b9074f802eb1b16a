/** The commands around a run: one before it, which may forbid it, and one after it. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { Hooks } from "../config/extras.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import type { ProgramCommands } from "../process/program-commands.ts";
import type { Admission, RunCompanion } from "../process/run-companion.ts";
import { firstTold } from "../process/waits.ts";

export interface RunHooksDeps {
  readonly commands: ProgramCommands;
  readonly log: DaemonLog;
}

/** What they print goes to the program's log of standard error. */
export class RunHooks implements RunCompanion {
  readonly #process: ManagedProcess;
  readonly #hooks: Hooks;
  readonly #deps: RunHooksDeps;
  #settled: Promise<void> = Promise.resolve();

  constructor(process: ManagedProcess, deps: RunHooksDeps) {
    this.#process = process;
    this.#hooks = process.config.extras.hooks;
    this.#deps = deps;
  }

  /** Resolves when the command after the last run has ended, which its time limit guarantees. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  async admit({ signal, report }: Admission): Promise<Result<void, string>> {
    report({ what: "post_stop" });
    await this.#untilSettled(signal);
    const { preStart } = this.#hooks;
    if (preStart === undefined) return ok(undefined);
    report({ what: "pre_start" });
    const problem = await this.#run(preStart, signal);
    return problem === undefined ? ok(undefined) : fail(`pre_start failed: ${problem}`);
  }

  ended(before: Promise<void>): void {
    const { postStop } = this.#hooks;
    if (postStop !== undefined) this.#settled = before.then(() => this.#runAfter(postStop));
  }

  /** Rejects when the start is called off before. */
  #untilSettled(signal: AbortSignal): Promise<void> {
    return firstTold<void>((tell) => {
      void this.#settled.then(tell);
      return [];
    }, signal);
  }

  async #runAfter(command: string): Promise<void> {
    const problem = await this.#run(command, new AbortController().signal);
    if (problem === undefined) return;
    this.#deps.log.write("WARN", `post_stop of '${this.#process.config.name}' failed: ${problem}`);
  }

  #run(command: string, signal: AbortSignal): Promise<string | undefined> {
    const { config, streams } = this.#process;
    const { timeoutMs } = this.#hooks;
    const onOutput = (chunk: Uint8Array) => streams.note(chunk);
    return this.#deps.commands.run(config, { command, timeoutMs, signal, onOutput });
  }
}
