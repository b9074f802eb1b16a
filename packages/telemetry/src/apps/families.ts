import type { ProcessStat } from "./process-stat.ts";

/**
 * Which processes belong to which program.
 *
 * A process belongs to its nearest ancestor among the leaders, itself included; one whose parents have ended, to the leader
 * whose session or process group it is still in. Who has left all three on purpose belongs to nobody.
 *
 * @param leaders pids of the programs' own processes
 * @returns by leader; a leader that does not live has no entry
 */
export function familiesOf(
  processes: readonly ProcessStat[],
  leaders: ReadonlySet<number>,
): ReadonlyMap<number, readonly ProcessStat[]> {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const families = new Map<number, ProcessStat[]>();
  for (const process of processes) {
    const leader = leaderOf(process, byPid, leaders);
    if (leader === undefined || !byPid.has(leader)) continue;
    const family = families.get(leader) ?? [];
    families.set(leader, family);
    family.push(process);
  }
  return families;
}

function leaderOf(
  process: ProcessStat,
  byPid: ReadonlyMap<number, ProcessStat>,
  leaders: ReadonlySet<number>,
): number | undefined {
  const seen = new Set<number>();
  // A list that is read while processes come and go may, where a pid was given again, lead in a circle.
  for (let at: ProcessStat | undefined = process; at !== undefined && !seen.has(at.pid); at = byPid.get(at.parent)) {
    if (leaders.has(at.pid)) return at.pid;
    seen.add(at.pid);
  }
  return [process.session, process.group].find((id) => leaders.has(id));
}
