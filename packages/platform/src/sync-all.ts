import { spawn } from "node:child_process";
import { open } from "node:fs/promises";

/**
 * Makes files and folders durable. A few are synced one by one; many with syncfs(2), through `sync -f`, which brings the same to
 * the disk in one go, and with it whatever else waits to be written there. A system whose `sync` cannot do that syncs each.
 *
 * @param folder on the file system that holds them all
 */
export async function syncAll(folder: string, paths: readonly string[]): Promise<void> {
  if (paths.length > FEW && (await syncFileSystem(folder))) return;
  const waiting = paths.values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => syncEach(waiting)));
}

/** @returns whether it came about; when it did not, syncing each file tells why */
function syncFileSystem(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sync = spawn("sync", ["-f", folder], { stdio: "ignore" });
    sync.once("error", () => resolve(false));
    sync.once("exit", (status) => resolve(status === 0));
  });
}

async function syncEach(paths: Iterable<string>): Promise<void> {
  for (const path of paths) {
    const file = await open(path, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Up to so many files, syncing each takes less time than starting a program. */
const FEW = 16;

/** As many as Node's threads work on; later ones find their journal committed already. */
const AT_ONCE = 4;
