/** Keeps what is in named pipes while nobody reads them: the kernel drops it when a pipe is closed by all. */
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";

/**
 * Has another process, which is not our child, hold the pipes open.
 *
 * @param paths those that cannot be opened are left out
 */
export function holdPipes(paths: readonly string[], seconds: number): void {
  const opened = paths.flatMap((path) => {
    try {
      return [openSync(path, constants.O_RDWR)];
    } catch {
      return [];
    }
  });
  try {
    spawnSync("/bin/sh", ["-c", 'sleep "$0" &', String(seconds)], {
      stdio: ["ignore", "ignore", "ignore", ...opened],
    });
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}
