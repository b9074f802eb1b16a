import { renameSync, rmSync } from "node:fs";

/** Moves a SQLite database that is of no use any more to `<file>.broken`, in place of an earlier one. That it is missing is no error. */
export function setAsideDatabase(file: string): void {
  for (const suffix of ["-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
  rmSync(`${file}.broken`, { force: true, recursive: true });
  try {
    renameSync(file, `${file}.broken`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
