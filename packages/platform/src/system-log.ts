/**
 * syslog through the command `logger`: Node cannot open the datagram socket that syslog listens on.
 *
 * One `logger` reads our lines for as long as we live. It is started with the first line, and again after it died.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Clock, Timer } from "@gateway-engine/core/clock";
import type { SystemLog } from "@gateway-engine/core/system-log";
import { errnoCode, errnoReason } from "./errno.ts";

export interface SystemLogOptions {
  /** What the lines are marked with: `supervisord`. */
  readonly tag: string;
  readonly clock: Pick<Clock, "after">;
  /** Takes a sentence for the operator: lines do not arrive, or did not. */
  readonly onTrouble: (problem: string) => void;
}

export class LoggerCommand implements SystemLog {
  readonly #options: SystemLogOptions;
  #child: ChildProcess | undefined;
  /** Set while we wait before `logger` is started again. */
  #rest: Timer | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #droppedLines = 0;
  #said: string | undefined;
  #closed = false;

  constructor(options: SystemLogOptions) {
    this.#options = options;
  }

  write(lines: Uint8Array): void {
    const held = this.#waitingBytes + (this.#child?.stdin?.writableLength ?? 0);
    if (this.#closed || held + lines.length > HELD_BYTES) {
      this.#droppedLines += countLines(lines);
      return;
    }
    this.#waiting.push(Uint8Array.from(lines));
    this.#waitingBytes += lines.length;
    if (this.#child === undefined && this.#rest === undefined) this.#start();
    this.#pass();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rest?.cancel();
    const child = this.#child;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      const limit = this.#options.clock.after(CLOSE_MS, () => void child.kill("SIGKILL"));
      child.once("close", () => {
        limit.cancel();
        resolve();
      });
      child.stdin?.end();
    });
  }

  #start(): void {
    const { tag } = this.#options;
    const args = ["--tag", tag, "--priority", "user.info", "--size", String(LINE_BYTES)];
    const child = spawn("logger", args, { stdio: ["pipe", "ignore", "ignore"], detached: true });
    this.#child = child;
    child.stdin.on("error", () => {}).on("drain", () => this.#reportDrops());
    child.once("error", (error) => this.#ended(child, describeFailure(error)));
    child.once("exit", (status, signal) => this.#ended(child, `logger ended (${signal ?? `exit status ${status}`})`));
  }

  #pass(): void {
    const { stdin } = this.#child ?? {};
    if (stdin === undefined || stdin === null) return;
    for (const lines of this.#waiting) stdin.write(lines);
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (stdin.writableLength === 0) this.#reportDrops();
  }

  #ended(child: ChildProcess, problem: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#closed) return;
    this.#say(`${problem}; lines for syslog may be lost`);
    this.#rest = this.#options.clock.after(REST_MS, () => {
      this.#rest = undefined;
      if (this.#waiting.length > 0) this.#start();
      this.#pass();
    });
  }

  #reportDrops(): void {
    if (this.#droppedLines === 0) return;
    const lines = this.#droppedLines;
    this.#droppedLines = 0;
    this.#options.onTrouble(`${lines} lines for syslog were dropped: it took them too slowly`);
  }

  /** A trouble that lasts is said once. */
  #say(problem: string): void {
    if (this.#said === problem) return;
    this.#said = problem;
    this.#options.onTrouble(problem);
  }
}

function countLines(lines: Uint8Array): number {
  let count = 0;
  for (let at = lines.indexOf(NEWLINE); at !== -1; at = lines.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

function describeFailure(error: Error): string {
  if (errnoCode(error) !== "ENOENT") return `logger cannot be started: ${errnoReason(error)}`;
  return "there is no command logger (Debian: package bsdutils), and without it no way to syslog";
}

const NEWLINE = 0x0a;
/** What may wait for `logger` at most. */
const HELD_BYTES = 1024 * 1024;
/** Longer lines become several messages. What syslog daemons take by default. */
const LINE_BYTES = 8192;
/** From the death of one `logger` to the next. */
const REST_MS = 1000;
const CLOSE_MS = 1000;
