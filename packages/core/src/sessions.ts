/** Sessions of processes: each child leads one, and what it starts stays in it unless it leaves on purpose. */
import type { ProcessIdentity } from "./children.ts";

export interface Sessions {
  /** The living processes of a session, its leader included. */
  members(session: number): readonly ProcessIdentity[];
  /** What the living processes of each of these sessions use together; nothing for a session without any. */
  measure(sessions: ReadonlySet<number>): ReadonlyMap<number, SessionUsage>;
}

export interface SessionUsage {
  readonly processes: number;
  /** Of them and of the children that they have waited for, in seconds. */
  readonly cpuSeconds: number;
  /** Resident memory; a page that several processes share counts for each. */
  readonly memoryKilobytes: number;
}
