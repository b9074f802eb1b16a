import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processStartTicks } from "./process-table.ts";

/**
 * Ends every process that was started with the environment variable `name` set to `value`, whoever its parent is now.
 *
 * That is how the processes of a script are found whose starter was killed: they inherit the variable from one another.
 *
 * @returns how many processes were ended, once they are gone
 */
export async function endProcessesWith(name: string, value: string): Promise<number> {
  const ended = new Set<number>();
  // A process may have forked while the list was made; one that forks for ever is not raced with for ever.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = processesWith(name, value);
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
function processesWith(name: string, value: string): readonly number[] {
  const wanted = `${name}=${value}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter(
      (pid) => pid !== process.pid && environmentOf(pid).includes(wanted) && processStartTicks(pid) !== undefined,
    );
}

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
