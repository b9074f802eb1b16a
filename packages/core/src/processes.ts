/** Running other programs to their end, as far as a service may know of it. */
import type { ChildUser } from "./children.ts";

export interface CommandRunner {
  /**
   * Runs a command in its own process group, to its end.
   *
   * When the time is up or `signal` aborts, the whole group gets SIGTERM and, `graceMs` later, SIGKILL.
   * Processes that the command left behind in its group are ended too.
   */
  run(command: Command): Promise<CommandResult>;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whom to become, with the groups that the account has. Needs to be root. */
  readonly user?: ChildUser | undefined;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** Called with each piece of standard output and standard error, in the order of arrival. */
  readonly onOutput?: (chunk: Uint8Array) => void;
  /** Gives the command our own standard input and output; `onOutput` is then not called. */
  readonly interactive?: boolean;
  /** With `interactive`: what the command prints goes to our standard error, so that our standard output stays ours. */
  readonly outputToStderr?: boolean;
}

export type CommandResult =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "not-started"; readonly reason: string };
