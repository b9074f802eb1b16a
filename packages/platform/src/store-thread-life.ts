/** One life of a store's thread, from its start to its end. `store-thread.ts` has them one after the other. */
import { Worker } from "node:worker_threads";
import { StorageError } from "@gateway-engine/core/errors";
import { errnoReason } from "./errno.ts";
import type { Call, Failure, Outcome, ThreadAnswer, ThreadRequest } from "./store-thread-messages.ts";

/** @throws StorageError as `open` of the thread's file throws it */
export function startThread(module: URL, file: string, setup: unknown): Promise<ThreadLife> {
  const worker = new Worker(module, { workerData: setup });
  return new Promise((resolve, reject) => {
    const life = new ThreadLife(file, worker);
    worker.on("message", (answer: ThreadAnswer) => {
      if (answer.kind === "opened") return resolve(life);
      if (answer.kind === "not-opened") return reject(storageError(answer.failure));
      life.receive(answer);
    });
    worker.once("error", (cause) => {
      const error = new StorageError("E_DATABASE", { file, reason: errnoReason(cause) }, { cause });
      life.fail(error);
      reject(error);
    });
  });
}

interface Waiter {
  resolve(value: unknown): void;
  reject(error: StorageError): void;
}

/** At most one commit is under way; what is written meanwhile waits, and goes into the next one together. */
export class ThreadLife {
  /** Resolves when the thread is gone, however it went. */
  readonly ended: Promise<void>;
  readonly #file: string;
  readonly #worker: Worker;
  #waitingCalls: Call[] = [];
  #waiting: Waiter[] = [];
  #committing: readonly Waiter[] | undefined;
  #isGathering = false;
  readonly #reading = new Map<number, Waiter>();
  #lastRead = 0;
  #failure: StorageError | undefined;

  constructor(file: string, worker: Worker) {
    this.#file = file;
    this.#worker = worker;
    this.ended = new Promise((resolve) => {
      worker.once("exit", () => {
        this.fail(new StorageError("E_DATABASE", { file, reason: "its thread has ended" }));
        resolve();
      });
    });
  }

  write(method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waitingCalls.push({ method, args });
      this.#waiting.push({ resolve, reject });
      this.#gather();
    });
  }

  read(method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#lastRead += 1;
      this.#reading.set(this.#lastRead, { resolve, reject });
      this.#ask({ kind: "read", id: this.#lastRead, call: { method, args } });
    });
  }

  async close(): Promise<void> {
    if (this.#failure !== undefined) return;
    while (this.#committing !== undefined || this.#waiting.length > 0) await this.#committed();
    this.#failure = closedError(this.#file);
    this.#ask({ kind: "close" });
    await this.ended;
  }

  receive(answer: Extract<ThreadAnswer, { kind: "committed" | "read" }>): void {
    if (answer.kind === "read") {
      settle(answer.outcome, this.#reading.get(answer.id));
      this.#reading.delete(answer.id);
      return;
    }
    const committed = this.#committing ?? [];
    this.#committing = undefined;
    for (const [index, waiter] of committed.entries()) settle(answer.outcomes?.[index] ?? DONE, waiter);
    this.#gather();
  }

  fail(error: StorageError): void {
    this.#failure ??= error;
    for (const { reject } of [...(this.#committing ?? []), ...this.#waiting, ...this.#reading.values()]) {
      reject(this.#failure);
    }
    this.#committing = undefined;
    this.#waiting = [];
    this.#waitingCalls = [];
    this.#reading.clear();
  }

  /** What arrives in one turn of the event loop, such as the next messages of all who were just answered, goes together. */
  #gather(): void {
    if (this.#isGathering || this.#committing !== undefined || this.#waiting.length === 0) return;
    this.#isGathering = true;
    setImmediate(() => {
      this.#isGathering = false;
      this.#commit();
    });
  }

  #commit(): void {
    if (this.#committing !== undefined || this.#waiting.length === 0) return;
    const calls = this.#waitingCalls;
    this.#committing = this.#waiting;
    this.#waiting = [];
    this.#waitingCalls = [];
    this.#ask({ kind: "commit", calls });
  }

  /** The thread answers in order: an answer that is asked for now comes after that of the commit under way. */
  #committed(): Promise<void> {
    return new Promise((resolve) => {
      this.#worker.once("message", () => resolve());
    });
  }

  #ask(request: ThreadRequest): void {
    this.#worker.postMessage(request);
  }
}

const DONE: Outcome = { ok: true, value: undefined };

function settle(outcome: Outcome, waiter: Waiter | undefined): void {
  if (outcome.ok) waiter?.resolve(outcome.value);
  else waiter?.reject(storageError(outcome.failure));
}

function storageError({ code, details }: Failure): StorageError {
  return new StorageError(code, details);
}

export function closedError(file: string): StorageError {
  return new StorageError("E_DATABASE", { file, reason: "it is closed" });
}
