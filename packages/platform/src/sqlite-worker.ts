/**
 * The thread of a GroupCommitDatabase: owns the SQLite file and answers what `group-commit-database.ts` asks.
 * It is synchronous throughout, so requests are answered one by one, in the order in which they were sent.
 */
import { parentPort, workerData } from "node:worker_threads";
import { GatewayEngineError, StorageError } from "@gateway-engine/core/errors";
import type { SqlDatabase, SqlRow, SqlStatement } from "@gateway-engine/core/sql";
import { openSqlite } from "./sqlite.ts";
import type { Failure, Outcome, WorkerAnswer, WorkerRequest, WorkerSetup } from "./sqlite-messages.ts";

if (parentPort !== null) serve(parentPort, workerData as WorkerSetup);

function serve(port: NonNullable<typeof parentPort>, { file, migrations }: WorkerSetup): void {
  const answer = (message: WorkerAnswer) => port.postMessage(message);
  let database: SqlDatabase;
  try {
    database = openSqlite(file, migrations);
  } catch (error) {
    answer({ kind: "not-opened", failure: failureOf(error, file) });
    return;
  }
  answer({ kind: "opened" });
  port.on("message", (request: WorkerRequest) => {
    switch (request.kind) {
      case "commit":
        return answer({ kind: "committed", outcomes: commit(database, request.submissions, file) });
      case "read":
        return answer({ kind: "rows", id: request.id, outcome: read(database, request.statement, file) });
      case "close":
        database.close();
        port.close();
    }
  });
}

/** Several submissions with one commit; a submission that fails takes none of the others with it. */
function commit(
  database: SqlDatabase,
  submissions: readonly (readonly SqlStatement[])[],
  file: string,
): readonly Outcome<readonly (readonly SqlRow[])[]>[] {
  try {
    return database.transaction(() => submissions.map((statements) => attempt(database, statements, file)));
  } catch (error) {
    if (submissions.length === 1) return [{ ok: false, failure: failureOf(error, file) }];
    // The whole transaction is gone, as after a full disk. One by one, those that only delete can still succeed.
    return submissions.flatMap((statements) => commit(database, [statements], file));
  }
}

/**
 * Runs one submission behind a savepoint.
 *
 * @throws StorageError when SQLite has given up the transaction around it, and with it the submissions before
 */
function attempt(
  database: SqlDatabase,
  statements: readonly SqlStatement[],
  file: string,
): Outcome<readonly (readonly SqlRow[])[]> {
  database.run("SAVEPOINT submission");
  try {
    const rows = statements.map(({ sql, params }) => database.all(sql, params));
    database.run("RELEASE submission");
    return { ok: true, value: rows };
  } catch (error) {
    if (!undo(database)) throw error;
    return { ok: false, failure: failureOf(error, file) };
  }
}

/** @returns whether the transaction is still there: after a full disk, SQLite has rolled all of it back by itself */
function undo(database: SqlDatabase): boolean {
  try {
    database.run("ROLLBACK TO submission");
    database.run("RELEASE submission");
    return true;
  } catch {
    return false;
  }
}

function read(database: SqlDatabase, { sql, params }: SqlStatement, file: string): Outcome<readonly SqlRow[]> {
  try {
    return { ok: true, value: database.all(sql, params) };
  } catch (error) {
    return { ok: false, failure: failureOf(error, file) };
  }
}

/** Errors lose their class on the way between threads; code and details do not. */
function failureOf(error: unknown, file: string): Failure {
  if (error instanceof StorageError) return { code: error.code, details: error.details };
  const reason = error instanceof GatewayEngineError || error instanceof Error ? error.message : String(error);
  return { code: "E_DATABASE", details: { file, reason } };
}
