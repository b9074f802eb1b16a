import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { livingProcesses } from "./process-table.ts";

/**
 * Ends every process that was started with the environment variable `name` set to `value`, whoever its parent is now.
 *
 * That is how the processes of a script are found whose starter was killed: they inherit the variable from one another.
 *
 * @returns how many processes were ended, once they are gone
 */
export function endProcessesWith(name: string, value: string): Promise<number> {
  const wanted = `${name}=${value}`;
  return endProcesses((pid) => environmentOf(pid).includes(wanted));
}

/** Ends every process but this one for which `isWanted` says so. @returns how many, once they are gone */
export async function endProcesses(isWanted: (pid: number) => boolean): Promise<number> {
  const ended = new Set<number>();
  // A process may have forked while the list was made; one that forks for ever is not raced with for ever.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = [...livingProcesses()].map(({ pid }) => pid).filter((pid) => pid !== process.pid && isWanted(pid));
    if (found.length === 0) break;
    for (const pid of found) {
      ended.add(pid);
      kill(pid);
    }
    await sleep(ROUND_MS);
  }
  return ended.size;
}

const MAX_ROUNDS = 100;
const ROUND_MS = 20;

/** Processes of other users cannot be looked into, and are not ours. */
function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}
