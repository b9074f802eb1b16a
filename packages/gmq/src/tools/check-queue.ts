/** `gmq fsck`: looks whether the queue's file is sound, and mends it. */
import { StorageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { acquireLock, type Lock } from "@gateway-engine/platform/lock";
import { openSqlite } from "@gateway-engine/platform/sqlite";
import { findFaults, repairFaults } from "../spool/fsck.ts";
import { type Salvaged, salvage } from "../spool/salvage.ts";
import { SPOOL_MIGRATIONS, SPOOL_OPTIONS } from "../spool/schema.ts";

export interface CheckReport {
  readonly file: string;
  readonly problems: readonly string[];
  /** Whether everything that was found is mended. */
  readonly repaired: boolean;
  /** When the file could not be read as a whole: what was saved, and where the damaged file is now. */
  readonly salvaged?: Salvaged & { readonly damagedFile: string };
  /** Why nothing was mended. */
  readonly hint?: string;
}

export interface CheckOptions {
  readonly files: Files;
  readonly paths: GatewayPaths;
  /** Only looks. */
  readonly checkOnly: boolean;
  /** Milliseconds since 1970, for the damaged file's name. */
  readonly now: number;
}

export async function checkQueue({ files, paths, checkOnly, now }: CheckOptions): Promise<CheckReport> {
  const file = `${paths.queueDir}/gmq.db`;
  if ((await files.stat(file)) === undefined) {
    return { file, problems: [], repaired: true, hint: "there is no queue yet" };
  }
  const lock = checkOnly ? undefined : lockUnlessRunning(paths);
  try {
    if (lock !== undefined) return await repair(files, file, now);
    const problems = problemsOf(file);
    const repaired = problems.length === 0;
    const hint = checkOnly ? "run gmq fsck without --check to mend it" : "gmq is running; stop it to mend the queue";
    return repaired ? { file, problems, repaired } : { file, problems, repaired, hint };
  } finally {
    lock?.release();
  }
}

function lockUnlessRunning({ queueDir }: GatewayPaths): Lock | undefined {
  try {
    return acquireLock(`${queueDir}/gmq.lock`, "the queue", "stop that gmq first");
  } catch (error) {
    if (error instanceof StorageError && error.code === "E_LOCKED") return undefined;
    throw error;
  }
}

function problemsOf(file: string): readonly string[] {
  const damage = damageOf(file);
  return damage.length > 0 ? damage : withDatabase(file, findFaults);
}

async function repair(files: Files, file: string, now: number): Promise<CheckReport> {
  const damage = damageOf(file);
  if (damage.length === 0) {
    const problems = withDatabase(file, repairFaults);
    return { file, problems, repaired: true };
  }
  const { salvaged, faults } = await salvageFile(files, file, now);
  return { file, problems: [...damage, ...faults], repaired: true, salvaged };
}

async function salvageFile(
  files: Files,
  file: string,
  now: number,
): Promise<{ readonly salvaged: NonNullable<CheckReport["salvaged"]>; readonly faults: readonly string[] }> {
  const fresh = `${file}.salvaged`;
  for (const suffix of DATABASE_FILES) await files.remove(`${fresh}${suffix}`);
  const { saved, faults } = withDatabase(fresh, (target) => {
    const result = readable(file, (source) => salvage(source, target)) ?? NOTHING;
    return { saved: result, faults: repairFaults(target) };
  });
  const damagedFile = `${file}.damaged-${now}`;
  for (const suffix of DATABASE_FILES) {
    if ((await files.stat(`${file}${suffix}`)) !== undefined) {
      await files.rename(`${file}${suffix}`, `${damagedFile}${suffix}`);
    }
  }
  await files.rename(fresh, file);
  await files.syncFolder(file.slice(0, file.lastIndexOf("/")));
  return { salvaged: { ...saved, damagedFile }, faults };
}

const NOTHING: Salvaged = { messages: 0, setAside: 0, missing: undefined };

/** The database itself comes last: as long as it is there, what belongs to it is moved along. */
const DATABASE_FILES = ["-wal", "-shm", ""] as const;

function damageOf(file: string): readonly string[] {
  try {
    const answers = withDatabase(file, (database) => database.all("PRAGMA integrity_check(20)"));
    const problems = answers.map((row) => String(row["integrity_check"]));
    return problems.length === 1 && problems[0] === "ok" ? [] : problems;
  } catch (error) {
    if (error instanceof StorageError && error.code === "E_DATABASE") return [error.message];
    throw error;
  }
}

/** A file that cannot even be opened has nothing to give. */
function readable<Value>(file: string, work: (database: SqlDatabase) => Value): Value | undefined {
  try {
    return withDatabase(file, work);
  } catch {
    return undefined;
  }
}

function withDatabase<Value>(file: string, work: (database: SqlDatabase) => Value): Value {
  const database = openSqlite(file, SPOOL_MIGRATIONS, SPOOL_OPTIONS);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
