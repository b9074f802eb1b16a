/** What applications have sent and received over their sockets between two looks at them. */
import type { TrafficEntry } from "../traffic/traffic-book.ts";
import type { SocketReading } from "./ss-output.ts";

/** IPv4 (20) and TCP with time stamps (32), as Linux sends them. */
const HEADER_BYTES = 52;

/** Of one look, by inode. */
export type SocketReadings = ReadonlyMap<number, SocketReading>;

export interface SocketLook {
  readonly now: SocketReadings;
  /** Applications by the inodes of their sockets. */
  readonly owners: ReadonlyMap<number, string>;
  /** The interface that leads to the world; empty when unknown. */
  readonly interface: string;
}

/**
 * An estimate: what a socket moved after the last look before it was closed is not seen, and neither is a socket that was
 * opened and closed in between.
 *
 * @param before the look before; undefined: none, so that nobody knows since when the sockets have counted
 */
export function spentOnSockets(before: SocketReadings | undefined, look: SocketLook): readonly TrafficEntry[] {
  if (before === undefined) return [];
  const entries = new Map<string, TrafficEntry>();
  for (const [inode, reading] of look.now) {
    const application = look.owners.get(inode);
    if (application === undefined) continue;
    const passed = entryOf(application, passedSince(before.get(inode), reading), look.interface);
    if (passed.sent + passed.received === 0) continue;
    const key = `${passed.interface} ${application}`;
    entries.set(key, sumOf(passed, entries.get(key)));
  }
  return [...entries.values()];
}

function passedSince(before: SocketReading | undefined, now: SocketReading): SocketReading {
  if (before === undefined || before.ends !== now.ends) return now;
  return {
    ...now,
    sent: now.sent - before.sent,
    received: now.received - before.received,
    repeated: now.repeated - before.repeated,
    packetsSent: now.packetsSent - before.packetsSent,
    packetsReceived: now.packetsReceived - before.packetsReceived,
  };
}

function entryOf(application: string, passed: SocketReading, toTheWorld: string): TrafficEntry {
  const { sent, received, repeated, packetsSent, packetsReceived, isLocal } = passed;
  return {
    application,
    purpose: "sockets",
    interface: isLocal ? "lo" : toTheWorld,
    requests: 0,
    sent,
    received,
    wireSent: sent + repeated + packetsSent * HEADER_BYTES,
    wireReceived: received + packetsReceived * HEADER_BYTES,
    exact: false,
  };
}

function sumOf(one: TrafficEntry, other: TrafficEntry | undefined): TrafficEntry {
  if (other === undefined) return one;
  return {
    ...one,
    sent: one.sent + other.sent,
    received: one.received + other.received,
    wireSent: one.wireSent + other.wireSent,
    wireReceived: one.wireReceived + other.wireReceived,
  };
}
