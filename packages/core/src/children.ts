/**
 * Long-lived child processes that outlive us, as far as a service may know of them.
 *
 * A child's standard streams are FIFOs with a path. The child holds them open for reading and writing, so they
 * survive when our process dies, and whoever comes after us can open them again.
 */
import type { ListeningSocket } from "./listening-sockets.ts";
import type { ResourceLimit } from "./resource-limits.ts";
import type { Result } from "./result.ts";

export interface Children {
  /** Makes those of the FIFOs that are missing. Failures are StorageErrors. */
  makePipes(paths: readonly string[]): Promise<void>;
  /**
   * Starts a program in a session and process group of its own.
   *
   * `onExit` is called once, after the promise has resolved, with everything that the child wrote already read.
   *
   * @returns its pid, or why it could not be started
   */
  spawn(request: SpawnRequest, onExit: (exit: ChildExit) => void): Promise<Result<number, SpawnProblem>>;
  /** Reads what is written into a FIFO from now on, until nobody has it open for writing or it is closed. */
  readPipe(path: string, reader: PipeReader): OpenPipe;
  /** Writes into a child's standard input; waits where it is full. @returns whether anybody has it open to read */
  writePipe(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean>;
  /**
   * @param signal its name, such as `SIGTERM`; `0` sends none and only asks whether one could be sent
   * @returns why it could not be sent; that the process is gone is no problem
   */
  signal(target: SignalTarget, signal: string): string | undefined;
  /** Whether the process lives and is the one that started then. */
  isAlive(process: ProcessIdentity): boolean;
  /** @returns how our child has ended that another program before us, in this same process, has started; undefined when that cannot be seen */
  exitOf(process: ProcessIdentity): ChildExit | undefined;
  /** @returns what tells the process from a later one with the same pid; undefined when it is gone */
  identify(pid: number): ProcessIdentity | undefined;
  /** The oldest living process that leads a session and was started with `name=value` in its environment. */
  findByEnvironment(name: string, value: string): ProcessIdentity | undefined;
}

export interface SpawnRequest {
  readonly file: string;
  /** What the program is told that it is called. */
  readonly argv0: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly umask: number | undefined;
  /** How many files it may open; without it, as many as we. */
  readonly openFiles?: ResourceLimit | undefined;
  /** Whom to become, with the groups that the account has. Needs to be root. */
  readonly user: ChildUser | undefined;
  readonly pipes: ChildPipes;
  /** Commands of a POSIX shell that the child runs with our rights before it becomes the user and the program. When one fails, it exits with 127. */
  readonly prelude?: string | undefined;
  /** Takes the place of `pipes.stdin`. */
  readonly listenOn?: ListeningSocket | undefined;
}

/** An account of the machine. */
export interface ChildUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Paths of FIFOs; without `stderr`, standard error goes where standard output goes. */
export interface ChildPipes {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string | undefined;
}

export type SpawnProblem =
  | { readonly kind: "no-privilege"; readonly reason: string }
  | { readonly kind: "no-folder"; readonly code: string }
  | { readonly kind: "no-resources"; readonly code: "EAGAIN" | "EMFILE" }
  | { readonly kind: "no-pipe"; readonly reason: string }
  | { readonly kind: "no-exec"; readonly code: string };

export type ChildExit =
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "signal"; readonly signal: string /** Where it is known. */; readonly because?: string }
  /** Somebody else's child: that it ended can be seen, but not how. */
  | { readonly kind: "unseen" };

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock tick after boot at which it started. */
  readonly startTicks: number;
}

export interface SignalTarget {
  readonly pid: number;
  /** Every process of its group instead of it alone. */
  readonly group: boolean;
}

export interface PipeReader {
  /** The bytes are valid only during the call. */
  readonly data: (chunk: Uint8Array) => void;
  /** Nobody has the pipe open for writing any more; it is closed. */
  readonly end: () => void;
}

export interface OpenPipe {
  /** Reads what is in the pipe now, without waiting for more. */
  drain(): void;
  close(): void;
}
