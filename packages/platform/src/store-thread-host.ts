/**
 * The thread's side of a store that runs on a thread of its own: answers what `store-thread.ts` asks.
 * It is synchronous throughout, so requests are answered one by one, in the order in which they were sent.
 */
import { parentPort, workerData } from "node:worker_threads";
import { GatewayEngineError, StorageError } from "@gateway-engine/core/errors";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { Call, Failure, Outcome, ThreadAnswer, ThreadRequest } from "./store-thread-messages.ts";

/** A store and the database that it keeps everything in. */
export interface HostedStore {
  readonly file: string;
  readonly database: SqlDatabase;
  readonly store: object;
  /**
   * Methods that are called often, each with one that takes the arguments of several calls and does all of them or none;
   * it has no result.
   */
  readonly together?: Readonly<Record<string, string>>;
  /** Called after a commit that failed, before its calls are made again one by one: can make room on a full disk. */
  readonly relieve?: () => void;
}

/**
 * To be called by the file that `openStoreThread` is given.
 *
 * @param open gets what `openStoreThread` was given as `setup`
 */
export function hostStore<Setup>(open: (setup: Setup) => HostedStore): void {
  const port = parentPort;
  if (port === null) throw new Error("this file is started as a thread, by openStoreThread");
  const answer = (message: ThreadAnswer) => port.postMessage(message);
  let hosted: HostedStore;
  try {
    hosted = open(workerData as Setup);
  } catch (error) {
    answer({ kind: "not-opened", failure: failureOf(error, "") });
    return;
  }
  answer({ kind: "opened" });
  port.on("message", (request: ThreadRequest) => {
    switch (request.kind) {
      case "commit":
        return answer({ kind: "committed", outcomes: noneIfPlain(commit(hosted, request.calls)) });
      case "read":
        return answer({ kind: "read", id: request.id, outcome: attempt(hosted, request.call) });
      case "close":
        hosted.database.close();
        port.close();
    }
  });
}

/** Several calls with one commit; a call that fails takes none of the others with it. */
function commit(hosted: HostedStore, calls: readonly Call[]): readonly Outcome[] {
  try {
    return commitTogether(hosted, calls);
  } catch (error) {
    if (hosted.relieve === undefined && calls.length === 1) return [failed(hosted, error)];
    attemptRelief(hosted);
    // The whole transaction is gone, as after a full disk. One by one, those that only delete can still succeed.
    return calls.map((call) => commitAlone(hosted, call));
  }
}

function commitTogether(hosted: HostedStore, calls: readonly Call[]): readonly Outcome[] {
  return hosted.database.transaction(() =>
    inRuns(calls).flatMap(
      (run) => attemptTogether(hosted, run) ?? run.map((call) => attemptInTransaction(hosted, call)),
    ),
  );
}

/** Calls of one method, one after the other, as they came. */
function inRuns(calls: readonly Call[]): readonly (readonly Call[])[] {
  const runs: Call[][] = [];
  for (const call of calls) {
    const run = runs.at(-1);
    if (run?.[0]?.method === call.method) run.push(call);
    else runs.push([call]);
  }
  return runs;
}

/** @returns undefined when the calls have to be made one by one */
function attemptTogether(hosted: HostedStore, run: readonly Call[]): readonly Outcome[] | undefined {
  const method = hosted.together?.[run[0]?.method ?? ""];
  if (method === undefined || run.length < 2) return undefined;
  const { ok } = attemptInTransaction(hosted, { method, args: [run.map(({ args }) => args)] });
  return ok ? run.map(() => DONE) : undefined;
}

const DONE: Outcome = { ok: true, value: undefined };

/** What all calls come to most of the time need not be copied between threads. */
function noneIfPlain(outcomes: readonly Outcome[]): readonly Outcome[] | undefined {
  return outcomes.every((outcome) => outcome.ok && outcome.value === undefined) ? undefined : outcomes;
}

function commitAlone(hosted: HostedStore, call: Call): Outcome {
  try {
    return hosted.database.transaction(() => attemptInTransaction(hosted, call));
  } catch (error) {
    return failed(hosted, error);
  }
}

/** The commit's own failure is what counts. */
function attemptRelief({ relieve }: HostedStore): void {
  try {
    relieve?.();
  } catch {
    return;
  }
}

function failed({ file }: HostedStore, error: unknown): Outcome {
  return { ok: false, failure: failureOf(error, file) };
}

/**
 * Makes one call behind a savepoint.
 *
 * @throws StorageError when SQLite has given up the transaction around it, and with it the calls before
 */
function attemptInTransaction(hosted: HostedStore, call: Call): Outcome {
  const { database } = hosted;
  database.run("SAVEPOINT call");
  try {
    const value = make(hosted, call);
    database.run("RELEASE call");
    return { ok: true, value };
  } catch (error) {
    if (!undo(database)) throw error;
    return { ok: false, failure: failureOf(error, hosted.file) };
  }
}

/** @returns whether the transaction is still there: after a full disk, SQLite has rolled all of it back by itself */
function undo(database: SqlDatabase): boolean {
  try {
    database.run("ROLLBACK TO call");
    database.run("RELEASE call");
    return true;
  } catch {
    return false;
  }
}

function attempt(hosted: HostedStore, call: Call): Outcome {
  try {
    return { ok: true, value: make(hosted, call) };
  } catch (error) {
    return { ok: false, failure: failureOf(error, hosted.file) };
  }
}

function make({ store }: HostedStore, { method, args }: Call): unknown {
  const work = (store as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>)[method];
  if (work === undefined) throw new RangeError(`the store has no ${method}`);
  return work.apply(store, [...args]);
}

function failureOf(error: unknown, file: string): Failure {
  if (error instanceof StorageError) return { code: error.code, details: error.details };
  const reason = error instanceof GatewayEngineError || error instanceof Error ? error.message : String(error);
  return { code: "E_DATABASE", details: { file, reason } };
}
