import { watch } from "node:fs";

export interface FileWatch {
  close(): void;
}

/**
 * Calls `onTouched` when the file at `path` is renamed, removed, or its rights change. The kernel says so (inotify):
 * nothing is looked at meanwhile.
 *
 * @returns undefined when the kernel cannot watch it, for example because all its watches are taken
 */
export function watchFile(path: string, onTouched: () => void): FileWatch | undefined {
  try {
    const watcher = watch(path, { persistent: false }, () => onTouched());
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
