import type { SourceUsage } from "@gateway-engine/protocol/reports";

/** One request to the server, as it is counted. */
export interface CountedRequest {
  /** The program that sent it, for example `gwe`. */
  readonly group: string;
  /** What it was for, for example `write:device_info` or `get_content:app.v1.tar.gz`. */
  readonly source: string;
  /** Bytes received and sent, as far as the client knows them. */
  readonly received: number;
  readonly sent: number;
}

/** A source beyond this many in a group is counted under `OTHER_SOURCES`, so that a long life does not fill memory. */
export const MAX_SOURCES_PER_GROUP = 200;
export const OTHER_SOURCES = "other";

const NOTHING: SourceUsage = { num: 0, tot_rx: 0, max_rx: 0, tot_tx: 0, max_tx: 0 };

/** Counts the bytes of requests since it was made, by group and source. */
export class UsageLedger {
  readonly #groups = new Map<string, Map<string, SourceUsage>>();

  count({ group, source, received, sent }: CountedRequest): void {
    const sources = this.#groups.get(group) ?? new Map<string, SourceUsage>();
    this.#groups.set(group, sources);
    const isKnown = sources.has(source) || sources.size < MAX_SOURCES_PER_GROUP;
    const key = isKnown ? source : OTHER_SOURCES;
    sources.set(key, added(sources.get(key) ?? NOTHING, received, sent));
  }

  /** Group, then source, each in the order in which it was first seen. */
  totals(): Readonly<Record<string, Readonly<Record<string, SourceUsage>>>> {
    return Object.fromEntries(Array.from(this.#groups, ([group, sources]) => [group, Object.fromEntries(sources)]));
  }
}

function added(usage: SourceUsage, received: number, sent: number): SourceUsage {
  return {
    num: usage.num + 1,
    tot_rx: usage.tot_rx + received,
    max_rx: Math.max(usage.max_rx, received),
    tot_tx: usage.tot_tx + sent,
    max_tx: Math.max(usage.max_tx, sent),
  };
}
