/**
 * A store on a thread of its own, for programs that write much: writes that arrive while one commit is under way share
 * the next one (group commit), and a slow disk holds up nobody but those who wait for it.
 *
 * The thread's file calls `hostStore` of `store-thread-host.ts`.
 */
import { Worker } from "node:worker_threads";
import { StorageError } from "@gateway-engine/core/errors";
import { errnoReason } from "./errno.ts";
import type { Call, Failure, Outcome, ThreadAnswer, ThreadRequest } from "./store-thread-messages.ts";

/** The names of a store's methods. */
type MethodOf<Store> = {
  [Name in keyof Store]: Store[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof Store] &
  string;
type ArgsOf<Store, Name extends keyof Store> = Store[Name] extends (...args: infer Args) => unknown ? Args : never;
type ResultOf<Store, Name extends keyof Store> = Store[Name] extends (...args: never[]) => infer Result
  ? Result
  : never;

export interface StoreThread<Store> {
  /**
   * Calls a method that changes the store, all of it or nothing.
   *
   * @returns its result, after the commit that holds the change is on disk
   */
  write<Name extends MethodOf<Store>>(
    method: Name,
    ...args: ArgsOf<Store, Name>
  ): Promise<Awaited<ResultOf<Store, Name>>>;
  /** Calls a method that only looks at what was committed. */
  read<Name extends MethodOf<Store>>(
    method: Name,
    ...args: ArgsOf<Store, Name>
  ): Promise<Awaited<ResultOf<Store, Name>>>;
  /** What was written before is still committed. */
  close(): Promise<void>;
}

export interface StoreThreadSetup {
  /** The database, for messages. */
  readonly file: string;
}

/**
 * @param module the thread's file, as `new URL("./x-thread.js", import.meta.url)`
 * @throws StorageError as `open` of the thread's file throws it
 */
export function openStoreThread<Store, Setup extends StoreThreadSetup = StoreThreadSetup>(
  module: URL,
  setup: Setup,
): Promise<StoreThread<Store>> {
  const worker = new Worker(module, { workerData: setup });
  return new Promise((resolve, reject) => {
    const thread = new WorkerStoreThread(setup.file, worker);
    worker.on("message", (answer: ThreadAnswer) => {
      if (answer.kind === "opened") return resolve(thread as StoreThread<Store>);
      if (answer.kind === "not-opened") return reject(storageError(answer.failure));
      thread.receive(answer);
    });
    worker.once("error", (cause) => {
      const error = new StorageError("E_DATABASE", { file: setup.file, reason: errnoReason(cause) }, { cause });
      thread.fail(error);
      reject(error);
    });
    worker.once("exit", () => thread.fail(closed(setup.file)));
  });
}

interface Waiter {
  resolve(value: unknown): void;
  reject(error: StorageError): void;
}

/** At most one commit is under way; what is written meanwhile waits, and goes into the next one together. */
class WorkerStoreThread {
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
  }

  write(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waitingCalls.push({ method, args });
      this.#waiting.push({ resolve, reject });
      this.#gather();
    });
  }

  read(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#lastRead += 1;
      this.#reading.set(this.#lastRead, { resolve, reject });
      this.#ask({ kind: "read", id: this.#lastRead, call: { method, args } });
    });
  }

  async close(): Promise<void> {
    if (this.#failure !== undefined) return;
    const ended = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    while (this.#committing !== undefined || this.#waiting.length > 0) await this.#committed();
    this.#failure = closed(this.#file);
    this.#ask({ kind: "close" });
    await ended;
  }

  receive(answer: Extract<ThreadAnswer, { kind: "committed" | "read" }>): void {
    if (answer.kind === "read") {
      settle(answer.outcome, this.#reading.get(answer.id));
      this.#reading.delete(answer.id);
      return;
    }
    const committed = this.#committing ?? [];
    this.#committing = undefined;
    for (const [index, outcome] of answer.outcomes.entries()) settle(outcome, committed[index]);
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

function settle(outcome: Outcome, waiter: Waiter | undefined): void {
  if (outcome.ok) waiter?.resolve(outcome.value);
  else waiter?.reject(storageError(outcome.failure));
}

function storageError({ code, details }: Failure): StorageError {
  return new StorageError(code, details);
}

function closed(file: string): StorageError {
  return new StorageError("E_DATABASE", { file, reason: "it is closed" });
}
