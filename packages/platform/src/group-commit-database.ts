import { Worker } from "node:worker_threads";
import { StorageError } from "@gateway-engine/core/errors";
import type { GroupCommitDatabase, Migration, SqlRow, SqlStatement, SqlValue } from "@gateway-engine/core/sql";
import { errnoReason } from "./errno.ts";
import type { Failure, Outcome, WorkerAnswer, WorkerRequest, WorkerSetup } from "./sqlite-messages.ts";

/**
 * Opens a SQLite database on a thread of its own (WAL, synchronous=FULL), and brings its schema up to date.
 *
 * @param migrations step N brings schema version N to N + 1
 * @throws StorageError E_DATABASE, E_DISK_FULL, or E_DATABASE_NEWER when a newer release has written it
 */
export function openGroupCommitDatabase(file: string, migrations: readonly Migration[]): Promise<GroupCommitDatabase> {
  const setup: WorkerSetup = { file, migrations };
  const worker = new Worker(new URL("./sqlite-worker.js", import.meta.url), { workerData: setup });
  return new Promise((resolve, reject) => {
    const database = new WorkerDatabase(file, worker);
    worker.on("message", (answer: WorkerAnswer) => {
      if (answer.kind === "opened") return resolve(database);
      if (answer.kind === "not-opened") return reject(storageError(answer.failure));
      database.receive(answer);
    });
    worker.once("error", (cause) => {
      const error = new StorageError("E_DATABASE", { file, reason: errnoReason(cause) }, { cause });
      database.fail(error);
      reject(error);
    });
    worker.once("exit", () => database.fail(closed(file)));
  });
}

interface Submission {
  readonly statements: readonly SqlStatement[];
  readonly settle: Settle<readonly (readonly SqlRow[])[]>;
}

interface Settle<Value> {
  resolve(value: Value): void;
  reject(error: StorageError): void;
}

/** At most one commit is under way; what is submitted meanwhile waits, and goes into the next one together. */
class WorkerDatabase implements GroupCommitDatabase {
  readonly #file: string;
  readonly #worker: Worker;
  #waiting: Submission[] = [];
  #committing: readonly Submission[] | undefined;
  readonly #reading = new Map<number, Settle<readonly SqlRow[]>>();
  #lastRead = 0;
  #failure: StorageError | undefined;

  constructor(file: string, worker: Worker) {
    this.#file = file;
    this.#worker = worker;
  }

  write(statements: readonly SqlStatement[]): Promise<readonly (readonly SqlRow[])[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.push({ statements: statements.map(compact), settle: { resolve, reject } });
      this.#commit();
    });
  }

  read(sql: string, params: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#lastRead += 1;
      this.#reading.set(this.#lastRead, { resolve, reject });
      this.#ask({ kind: "read", id: this.#lastRead, statement: compact({ sql, params }) });
    });
  }

  /** What was submitted before is still committed. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) return;
    const ended = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    while (this.#committing !== undefined) await this.read("SELECT 1");
    this.#failure = closed(this.#file);
    this.#ask({ kind: "close" });
    await ended;
  }

  receive(answer: Extract<WorkerAnswer, { kind: "committed" | "rows" }>): void {
    if (answer.kind === "rows") {
      settle(answer.outcome, this.#reading.get(answer.id));
      this.#reading.delete(answer.id);
      return;
    }
    const committed = this.#committing ?? [];
    this.#committing = undefined;
    this.#commit();
    for (const [index, outcome] of answer.outcomes.entries()) settle(outcome, committed[index]?.settle);
  }

  fail(error: StorageError): void {
    this.#failure ??= error;
    const lost = [...(this.#committing ?? []), ...this.#waiting].map((submission) => submission.settle);
    for (const { reject } of [...lost, ...this.#reading.values()]) reject(this.#failure);
    this.#committing = undefined;
    this.#waiting = [];
    this.#reading.clear();
  }

  #commit(): void {
    if (this.#committing !== undefined || this.#waiting.length === 0) return;
    this.#committing = this.#waiting;
    this.#waiting = [];
    this.#ask({ kind: "commit", submissions: this.#committing.map(({ statements }) => statements) });
  }

  #ask(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }
}

function settle<Value>(outcome: Outcome<Value>, waiter: Settle<Value> | undefined): void {
  if (outcome.ok) waiter?.resolve(outcome.value);
  else waiter?.reject(storageError(outcome.failure));
}

/** A view of a larger buffer, such as Node's pool, would be copied to the thread with all of it. */
function compact({ sql, params = [] }: SqlStatement): SqlStatement {
  const own = params.map((value) =>
    value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength ? new Uint8Array(value) : value,
  );
  return { sql, params: own };
}

function storageError({ code, details }: Failure): StorageError {
  return new StorageError(code, details);
}

function closed(file: string): StorageError {
  return new StorageError("E_DATABASE", { file, reason: "it is closed" });
}
