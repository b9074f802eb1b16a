/**
 * A store on a thread of its own, for programs that write much: writes that arrive while one commit is under way share
 * the next one (group commit), and a slow disk holds up nobody but those who wait for it.
 *
 * A thread costs 10 MB, so one that nobody has called for a while is ended, with its database closed, and the next call
 * starts another. The store must therefore keep nothing beside its database and what its setup says.
 *
 * The thread's file calls `hostStore` of `store-thread-host.ts`.
 */
import type { StorageError } from "@gateway-engine/core/errors";
import { giveBackMemory } from "./give-back-memory.ts";
import { closedError, startThread, type ThreadLife } from "./store-thread-life.ts";

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

export interface StoreThreadOptions {
  /** The thread's file, as `new URL("./x-thread.js", import.meta.url)`. */
  readonly module: URL;
  /** The database, for messages. */
  readonly file: string;
  /** After so long without a call the thread is ended; undefined: never. */
  readonly restAfterMs?: number;
}

/**
 * @param setup what `hostStore` gives to its `open`; asked for at each start of the thread
 * @throws StorageError as `open` of the thread's file throws it
 */
export async function openStoreThread<Store>(
  options: StoreThreadOptions,
  setup: () => unknown,
): Promise<StoreThread<Store>> {
  const thread = new RestingThread(options, setup);
  await thread.open();
  return thread as StoreThread<Store>;
}

/** A call that no thread was there for. */
interface HeldCall {
  readonly kind: "write" | "read";
  readonly method: string;
  readonly args: readonly unknown[];
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** V8 and the allocator have let go by themselves of what they let go of when a thread has ended so long ago. */
const SETTLED_MS = 10_000;

class RestingThread {
  readonly #options: StoreThreadOptions;
  readonly #setup: () => unknown;
  /** Undefined: none is there, or it is being started or ended. */
  #life: ThreadLife | undefined;
  /** Resolves when a start or an end is over. */
  #change: Promise<void> | undefined;
  #held: HeldCall[] = [];
  #calledAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed: StorageError | undefined;

  constructor(options: StoreThreadOptions, setup: () => unknown) {
    this.#options = options;
    this.#setup = setup;
  }

  async open(): Promise<void> {
    this.#use(await this.#start());
  }

  write(method: string, ...args: readonly unknown[]): Promise<unknown> {
    this.#calledAt = performance.now();
    return this.#life === undefined ? this.#hold("write", method, args) : this.#life.write(method, args);
  }

  read(method: string, ...args: readonly unknown[]): Promise<unknown> {
    this.#calledAt = performance.now();
    return this.#life === undefined ? this.#hold("read", method, args) : this.#life.read(method, args);
  }

  async close(): Promise<void> {
    this.#closed ??= closedError(this.#options.file);
    while (this.#change !== undefined) await this.#change;
    await this.#end();
  }

  #hold(kind: HeldCall["kind"], method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(this.#closed);
      this.#held.push({ kind, method, args, resolve, reject });
      this.#change ??= this.#serveHeld();
    });
  }

  /** A thread that cannot be started fails those who wait for it; the next call tries it again. */
  async #serveHeld(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const life = await this.#start();
      this.#use(life);
      for (const { kind, method, args, resolve, reject } of this.#takeHeld())
        life[kind](method, args).then(resolve, reject);
    } catch (error) {
      for (const { reject } of this.#takeHeld()) reject(error);
    }
    this.#change = undefined;
  }

  #takeHeld(): readonly HeldCall[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  async #start(): Promise<ThreadLife> {
    const { module, file } = this.#options;
    return startThread(module, file, this.#setup());
  }

  #use(life: ThreadLife): void {
    this.#life = life;
    this.#calledAt = performance.now();
    void life.ended.then(() => {
      if (this.#life === life) this.#leave();
    });
    this.#restIn(this.#options.restAfterMs);
  }

  #restIn(ms: number | undefined): void {
    if (ms !== undefined) this.#timer = setTimeout(() => this.#restIfIdle(), ms);
  }

  #restIfIdle(): void {
    const { restAfterMs = Number.POSITIVE_INFINITY } = this.#options;
    const leftMs = this.#calledAt + restAfterMs - performance.now();
    if (leftMs > 0) this.#restIn(leftMs);
    else this.#change = this.#rest();
  }

  async #rest(): Promise<void> {
    await this.#end();
    this.#change = this.#held.length > 0 ? this.#serveHeld() : undefined;
    if (this.#change === undefined) this.#timer = setTimeout(giveBackMemory, SETTLED_MS);
  }

  async #end(): Promise<void> {
    const life = this.#life;
    this.#leave();
    await life?.close();
  }

  #leave(): void {
    this.#life = undefined;
    clearTimeout(this.#timer);
  }
}
