/** Commands on behalf of a program, to their end: as its user, in its folder, with its environment. */
import type { CommandRunner } from "@gateway-engine/core/processes";
import type { ProcessConfig } from "../config/model.ts";
import { type DaemonSurroundings, programEnvironment } from "./child-environment.ts";
import type { Launcher } from "./launcher.ts";

export interface ProgramCommandsDeps {
  readonly runner: CommandRunner;
  readonly launcher: Pick<Launcher, "find">;
  readonly daemon: DaemonSurroundings;
}

export interface ProgramCommand {
  readonly command: string;
  /** Then it is ended, with its process group. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onOutput?: (chunk: Uint8Array) => void;
}

export class ProgramCommands {
  readonly #deps: ProgramCommandsDeps;

  constructor(deps: ProgramCommandsDeps) {
    this.#deps = deps;
  }

  /** @returns why it did not end well; undefined: with status 0 */
  async run(
    config: ProcessConfig,
    { command, timeoutMs, signal, onOutput }: ProgramCommand,
  ): Promise<string | undefined> {
    const { runner, launcher, daemon } = this.#deps;
    const found = launcher.find({ ...config, command });
    if (!found.ok) return found.problem.message;
    const { file, argv } = found.value;
    const result = await runner.run({
      ...{ file, args: argv.slice(1), user: config.user, env: programEnvironment(config, daemon) },
      ...{ cwd: config.directory ?? ".", timeoutMs, graceMs: GRACE_MS, signal },
      ...(onOutput === undefined ? {} : { onOutput }),
    });
    switch (result.kind) {
      case "exited":
        return result.status === 0 ? undefined : `exit status ${result.status}`;
      case "signalled":
        return `terminated by ${result.signal}`;
      case "timed-out":
        return signal.aborted ? "called off" : `not done within ${timeoutMs / 1000} seconds`;
      case "not-started":
        return `not started: ${result.reason}`;
    }
  }
}

/** From SIGTERM to SIGKILL. */
const GRACE_MS = 1000;
