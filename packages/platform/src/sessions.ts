/** Sessions, as /proc tells of them. It is read when somebody asks, and never in between. */
import { readFileSync } from "node:fs";
import type { Sessions, SessionUsage } from "@gateway-engine/core/sessions";
import { livingProcesses } from "./process-table.ts";

export const procSessions: Sessions = {
  members: (session) =>
    [...livingProcesses()]
      .filter((found) => found.session === session)
      .map(({ pid, startTicks }) => ({ pid, startTicks })),
  measure: (sessions) => {
    const usages = new Map<number, SessionUsage>();
    for (const { pid, session, cpuTicks } of livingProcesses()) {
      if (!sessions.has(session)) continue;
      const { processes, cpuSeconds, memoryKilobytes } = usages.get(session) ?? NOTHING;
      usages.set(session, {
        processes: processes + 1,
        cpuSeconds: cpuSeconds + cpuTicks / TICKS_PER_SECOND,
        memoryKilobytes: memoryKilobytes + residentKilobytes(pid),
      });
    }
    return usages;
  },
};

const NOTHING: SessionUsage = { processes: 0, cpuSeconds: 0, memoryKilobytes: 0 };

/** What the kernel tells programs, whatever it counts with itself. */
const TICKS_PER_SECOND = 100;

/** 0 for a process that ended meanwhile. */
function residentKilobytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
