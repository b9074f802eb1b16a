import type { Command, CommandResult, CommandRunner } from "@gateway-engine/core/processes";
import { commandProblem } from "./command-problem.ts";
import { OutputTail } from "./script-output.ts";

export interface CapturedCommand {
  readonly result: CommandResult;
  /** What went wrong, to stand behind the command's name; undefined: it ended with exit status 0. */
  readonly problem: string | undefined;
  /** The last part of what it printed. */
  readonly output: string;
}

export interface CaptureOptions
  extends Pick<Command, "file" | "args" | "cwd" | "env" | "user" | "timeoutMs" | "signal"> {
  readonly onOutput: (text: string) => void;
}

/** Runs a command in a process group of its own, and keeps the last 32 KiB of its output. @throws what `signal` was aborted with */
export async function runCaptured(commands: CommandRunner, options: CaptureOptions): Promise<CapturedCommand> {
  const { onOutput, ...command } = options;
  const output = new OutputTail(MAX_OUTPUT_BYTES);
  const decoder = new TextDecoder();
  const result = await commands.run({
    ...command,
    graceMs: GRACE_MS,
    onOutput: (chunk) => {
      output.add(chunk);
      onOutput(decoder.decode(chunk, { stream: true }));
    },
  });
  options.signal.throwIfAborted();
  return { result, problem: commandProblem(result, options.timeoutMs), output: output.text() };
}

/** It has to fit into a value of the server. */
const MAX_OUTPUT_BYTES = 32_768;
/** Time between the friendly signal and the other one. */
const GRACE_MS = 1000;
