import { join } from "node:path";
import { StorageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";

/** Where things lie in the data folder. */
export interface DataFolder {
  readonly path: string;
  readonly lock: string;
  readonly database: string;
  readonly adminToken: string;
  readonly content: string;
}

export function dataFolder(path: string): DataFolder {
  return {
    path,
    lock: join(path, "lock"),
    database: join(path, "fleet.db"),
    adminToken: join(path, "admin-token"),
    content: join(path, "content"),
  };
}

/**
 * Makes the folder, or checks that nothing of it was deleted: a server that began anew beside the remains
 * would refuse every device it had activated.
 *
 * A first start makes the database before the rest, so that also a start that was cut short passes.
 *
 * @throws StorageError E_FILE_WRITE, or E_DATA_FOLDER when the database is gone
 */
export async function prepareDataFolder(folder: DataFolder, files: Files): Promise<void> {
  await files.makeFolder(folder.path, 0o700);
  const database = await files.stat(folder.database);
  if (database !== undefined && database.size > 0) return;
  const remains = (await files.stat(folder.adminToken)) ?? (await files.stat(folder.content));
  if (remains === undefined) return;
  throw new StorageError("E_DATA_FOLDER", {
    folder: folder.path,
    problem: database === undefined ? "fleet.db is missing" : "fleet.db is empty",
    mend: "restore it from a backup, or start with an empty folder",
  });
}

/**
 * Checks that the content area is there when the database says that something is in it.
 *
 * @throws StorageError E_DATA_FOLDER
 */
export async function checkContentFolder(folder: DataFolder, files: Files, hasContent: boolean): Promise<void> {
  if (!hasContent || (await files.stat(folder.content)) !== undefined) return;
  throw new StorageError("E_DATA_FOLDER", {
    folder: folder.path,
    problem: "the folder content is missing",
    mend: "restore it from a backup, or make an empty one and upload the content again",
  });
}
