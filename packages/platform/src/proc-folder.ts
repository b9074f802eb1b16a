import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcFolder } from "@gateway-engine/core/proc-folder";

/** @param root the folder that plays `/` */
export function procFolder(root = "/"): ProcFolder {
  const folder = join(root, "proc");
  return {
    pids: () =>
      namesIn(folder)
        .filter((name) => /^\d+$/.test(name))
        .map(Number),
    read: (path) => {
      try {
        return readFileSync(join(folder, path), "utf8");
      } catch {
        // A process may end between any two looks at it, and those of other users keep things to themselves.
        return undefined;
      }
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
