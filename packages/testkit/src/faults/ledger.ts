/**
 * What was sent and what was answered, written down on disk by a process of its own.
 *
 * ```ts
 * await using ledger = openLedger(join(folder.path, "ledger"));
 * await ledger.sending("a1", "product product a");
 * await ledger.answered("a1", (await gmq.write(...)) === 204);
 * ```
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { endWithTests } from "../end-with-tests.ts";
import type { LedgerEntry } from "./ledger-entry.ts";

const PROGRAM = resolve(import.meta.dirname, "../../dist/ledger-main.js");

export function openLedger(file: string): Ledger {
  const child = spawn(process.execPath, [PROGRAM, file], { stdio: ["pipe", "pipe", "inherit"] });
  endWithTests(child);
  return new Ledger(file, child);
}

export class Ledger implements AsyncDisposable {
  readonly #file: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: (() => void)[] = [];
  #onDisk = 0;

  constructor(file: string, child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#file = file;
    this.#child = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const count = Number(text.trimEnd().split("\n").at(-1));
      for (const resolve of this.#waiting.splice(0, count - this.#onDisk)) resolve();
      this.#onDisk = count;
    });
  }

  /** Resolves when it is on disk: now the message may be sent. */
  sending(key: string, stream: string): Promise<void> {
    return this.#write({ kind: "sending", key, stream });
  }

  /** @param accepted whether the answer promised to keep the message */
  answered(key: string, accepted: boolean): Promise<void> {
    return this.#write({ kind: "answered", key, accepted });
  }

  /** What the file says. */
  read(): readonly LedgerEntry[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as LedgerEntry);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.stdin.end();
    await ended;
  }

  #write(entry: LedgerEntry): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify(entry)}\n`);
    });
  }
}
