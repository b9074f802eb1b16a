import { readdirSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoCode } from "./errno.ts";

/** Undefined: it ended while it was looked at. */
export type Judgement = boolean | undefined;

/**
 * Ends every process that was started with the environment variable `name` set to `value`, whoever its parent is now.
 *
 * That is how the processes of a script are found whose starter was killed: they inherit the variable from one another.
 *
 * @returns how many processes were ended, once they are gone
 */
export function endProcessesWith(name: string, value: string): Promise<number> {
  const wanted = `${name}=${value}`;
  return endProcesses((pid) => ofProcess(pid, "environ")?.split("\0").includes(wanted));
}

/**
 * Ends every process but this one for which `isWanted` says so.
 *
 * They are all stopped first, since what is stopped starts nothing new: so it is won against processes that fork for ever.
 *
 * @returns how many, once they are gone
 */
export async function endProcesses(isWanted: (pid: number) => Judgement): Promise<number> {
  const ended = new Set<number>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stopped = await inFront(() => stopAll(isWanted));
    if (stopped.size === 0) break;
    for (const pid of stopped) {
      ended.add(pid);
      send(pid, "SIGKILL");
    }
    await sleep(PAUSE_MS);
  }
  return ended.size;
}

/** @returns undefined when it has just ended; empty for a zombie, and when we may not look: those of other users are not ours */
export function ofProcess(pid: number, file: "environ" | "mountinfo"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    return ["ENOENT", "ESRCH"].includes(errnoCode(error) ?? "") ? undefined : "";
  }
}

/**
 * One that starts another and ends at once can slip through a list of processes: while some end as they are looked at, it is
 * looked more often.
 */
async function stopAll(isWanted: (pid: number) => Judgement): Promise<Set<number>> {
  const stopped = new Set<number>();
  const until = performance.now() + HUNT_MS;
  for (let doubt = DOUBT; doubt > 0 && performance.now() < until; ) {
    const { found, vanished } = look(isWanted, stopped);
    if (found > 0) {
      doubt = DOUBT;
      continue;
    }
    doubt -= vanished > 0 ? 1 : DOUBT / QUIET_LOOKS;
    await sleep(LOOK_MS);
  }
  return stopped;
}

/** Newest first: those are the ones in a hurry. */
function look(isWanted: (pid: number) => Judgement, stopped: Set<number>) {
  let [found, vanished] = [0, 0];
  for (const entry of readdirSync("/proc").reverse()) {
    const pid = /^\d+$/.test(entry) ? Number(entry) : process.pid;
    if (pid === process.pid || stopped.has(pid)) continue;
    const judgement = isWanted(pid);
    if (judgement === undefined) vanished += 1;
    if (judgement !== true) continue;
    found += 1;
    send(pid, "SIGSTOP");
    stopped.add(pid);
  }
  return { found, vanished };
}

/** Does the work before all other processes, as far as we are allowed to: many that are busy leave little time for us. */
async function inFront<Value>(work: () => Promise<Value>): Promise<Value> {
  const before = getPriority();
  try {
    setPriority(HIGHEST);
  } catch {
    return work();
  }
  try {
    return await work();
  } finally {
    setPriority(before);
  }
}

function send(pid: number, signal: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in the meantime.
  }
}

const MAX_ROUNDS = 20;
const HUNT_MS = 5000;
/** Looks in a row at which there was nothing to find, and so many when others ended meanwhile. */
const QUIET_LOOKS = 2;
const DOUBT = 8;
const LOOK_MS = 5;
const PAUSE_MS = 20;
const HIGHEST = -20;
