import { InstallError } from "@gateway-engine/core/errors";
import type { Command, CommandResult, CommandRunner } from "@gateway-engine/core/processes";
import { commandProblem } from "../command-problem.ts";

/** Runs commands over the layers of a plan, and ends whatever they leave behind there. */
export class LayeredCommands implements CommandRunner {
  readonly #commands: CommandRunner;
  readonly #program: string;
  readonly #plan: string;

  /** @param program @see platform/bin/layered @param plan path of the file with the steps */
  constructor(commands: CommandRunner, program: string, plan: string) {
    this.#commands = commands;
    this.#program = program;
    this.#plan = plan;
  }

  /** The layers have to be made as root, so it is the program that becomes the user. */
  async run({ file, args, cwd, user, ...command }: Command): Promise<CommandResult> {
    const as = user === undefined ? [] : ["-u", user.name];
    const result = await this.#commands.run({
      ...command,
      file: this.#program,
      args: [...as, this.#plan, cwd, file, ...args],
      cwd: "/",
    });
    const isMissing = result.kind === "exited" && result.status === NOT_FOUND && !file.includes("/");
    return isMissing ? { kind: "not-started", reason: `${file} was not found` } : result;
  }

  /**
   * Calls `look` while the layers are there to be seen.
   *
   * @param look gets the path below which the whole tree is seen as the layers make it
   * @throws InstallError E_UNDO when they cannot be made
   */
  async view<Value>(
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
    look: (root: string) => Promise<Value>,
  ): Promise<Value> {
    const end = new AbortController();
    let seen: Promise<Value> | undefined;
    let text = "";
    const result = this.run({
      file: "/bin/sh",
      args: ["-c", `echo "here $$"; exec sleep ${VIEW_MS / 1000}`],
      cwd: "/",
      env: environment,
      timeoutMs: VIEW_MS,
      graceMs: 0,
      signal: AbortSignal.any([signal, end.signal]),
      onOutput: (chunk) => {
        text += new TextDecoder().decode(chunk);
        const pid = /^here (\d+)\n/m.exec(text)?.[1];
        if (pid === undefined || seen !== undefined) return;
        seen = look(`/proc/${pid}/root`).finally(() => end.abort());
        // It is awaited below, after the command has ended.
        seen.catch(() => {});
      },
    });
    const ended = await result;
    signal.throwIfAborted();
    if (seen !== undefined) return seen;
    const reason = text.trim() || commandProblem(ended, VIEW_MS);
    throw new InstallError("E_UNDO", { problem: `the layers could not be looked at: ${reason}` });
  }
}

/** How a shell ends that finds no program of that name. */
const NOT_FOUND = 127;

/** Longest look at the layers. */
const VIEW_MS = 600_000;
