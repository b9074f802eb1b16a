/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A program of this repository as its user starts it, in a process of its own that ends with the tests.
 *
 * ```ts
 * await using fleet = launchProgram("gwe-fleet", ["--data", folder.path, "--listen", "127.0.0.1:0"]);
 * const [, url] = await fleet.printed(/is listening on (http:\S+)\n/);
 * ```
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { endWithTests } from "./end-with-tests.ts";

const LAUNCHERS = resolve(import.meta.dirname, "../../../node_modules/.bin");

/** Shorter than a test may take, so that the test can still show what the program said. */
const RUN_LIMIT_MS = 15_000;

const STOP_LIMIT_MS = 5_000;

export interface LaunchOptions {
  readonly cwd?: string;
  /** Added to the environment of the tests, from which GWE_ROOT and GWE_SERVER are left out. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface EndedProgram {
  /** null: it was ended by a signal. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param program the name of a launcher in node_modules/.bin, or an absolute path */
export function launchProgram(
  program: string,
  args: readonly string[] = [],
  options: LaunchOptions = {},
): LaunchedProgram {
  const { GWE_ROOT: _root, GWE_SERVER: _server, ...environment } = process.env;
  const child = spawn(resolve(LAUNCHERS, program), args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...environment, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithTests(child);
  return new LaunchedProgram(program, child);
}

/** Runs a program to its end; one that does not end within 15 seconds is killed. */
export async function runProgram(
  program: string,
  args: readonly string[] = [],
  options: LaunchOptions = {},
): Promise<EndedProgram> {
  const launched = launchProgram(program, args, options);
  const limit = setTimeout(() => void launched.end("SIGKILL"), RUN_LIMIT_MS);
  try {
    return await launched.ended;
  } finally {
    clearTimeout(limit);
  }
}

export class LaunchedProgram implements AsyncDisposable {
  /** Resolves when it has ended and everything that it printed was read. */
  readonly ended: Promise<EndedProgram>;
  readonly #name: string;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  #stdout = "";
  #stderr = "";
  #output = "";
  #hasEnded = false;
  readonly #waiting = new Set<() => void>();

  constructor(name: string, child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#name = name;
    this.#child = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      this.#take(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      this.#take(text);
    });
    this.ended = this.#end();
    // Who does not wait for the end does not want to know that it never began.
    this.ended.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Everything that it has printed so far, on both outputs, as it came. */
  get output(): string {
    return this.#output;
  }

  /** Resolves as soon as `output` holds `pattern`; rejects when the program ends without it. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (this.#hasEnded) throw new Error(`${this.#name} ended before it printed ${pattern}:\n${this.#output}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Sends the signal, unless it has ended, and waits for the end. */
  end(signal: NodeJS.Signals): Promise<EndedProgram> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Asks it to end, so that it can end its own programs, and makes it after 5 seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    const limit = setTimeout(() => this.#child.kill("SIGKILL"), STOP_LIMIT_MS);
    await this.end("SIGTERM").catch(() => {});
    clearTimeout(limit);
  }

  async #end(): Promise<EndedProgram> {
    try {
      const [status] = (await once(this.#child, "close")) as [number | null];
      return { status, stdout: this.#stdout, stderr: this.#stderr };
    } finally {
      this.#hasEnded = true;
      this.#wake();
    }
  }

  #take(text: string): void {
    this.#output += text;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
