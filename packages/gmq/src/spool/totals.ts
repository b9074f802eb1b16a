/** The queue in numbers. They are kept as it goes: none of them counts messages. */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import { type Cursors, PENDING } from "./cursors.ts";
import type { EraRows } from "./time/era-rows.ts";

/** How far an upstream has come. */
export interface UpstreamTotals {
  readonly name: string;
  /** Messages that wait for it. */
  readonly queued: number;
  readonly forwarded: number;
  readonly setAside: number;
  /** Of those, how many had to make room for later ones. */
  readonly discarded: number;
  /** Lost for it, since there was no room, or since their time was over. */
  readonly dropped: number;
  readonly expired: number;
}

export interface SpoolTotals extends Omit<UpstreamTotals, "name"> {
  /** Messages whose time is or was an estimate. */
  readonly estimated: number;
  readonly upstreams: readonly UpstreamTotals[];
}

export function totalsOf(database: SqlDatabase, cursors: Cursors, eras: Pick<EraRows, "estimated">): SpoolTotals {
  const upstreams = cursors.upstreams().map(({ id, name, discarded }): UpstreamTotals => {
    const row = database.get(TOTALS, [id]);
    return {
      name,
      queued: Number(row?.["queued"]),
      forwarded: Number(row?.["forwarded"]),
      setAside: Number(row?.["set_aside"]),
      discarded,
      dropped: Number(row?.["dropped"]),
      expired: Number(row?.["expired"]),
    };
  });
  const sum = (value: (totals: UpstreamTotals) => number) =>
    upstreams.reduce((total, upstream) => total + value(upstream), 0);
  return {
    queued: Number(database.get("SELECT total(accepted - removed) AS queued FROM lane")?.["queued"]),
    forwarded: sum(({ forwarded }) => forwarded),
    setAside: sum(({ setAside }) => setAside),
    discarded: sum(({ discarded }) => discarded),
    dropped: sum(({ dropped }) => dropped),
    expired: sum(({ expired }) => expired),
    estimated: eras.estimated(),
    upstreams,
  };
}

/** Microseconds since 1970 of the oldest message of all devices, as far as its time is known. */
export function oldestAtOf(database: SqlDatabase): number | undefined {
  const at = database.get(OLDEST_AT)?.["at"];
  return typeof at === "number" ? at : undefined;
}

const TOTALS = `
  SELECT total(${PENDING}) AS queued, total(cursor.forwarded) AS forwarded, total(cursor.set_aside) AS set_aside,
    total(cursor.dropped) AS dropped, total(cursor.expired) AS expired
  FROM lane LEFT JOIN cursor ON cursor.lane = lane.id AND cursor.upstream = ?`;

const OLDEST_AT = `
  SELECT min((
    SELECT at + CASE era WHEN 0 THEN 0 ELSE coalesce((SELECT correction FROM era WHERE id = message.era), 0) END
    FROM message WHERE message.lane = lane.id ORDER BY seq LIMIT 1
  )) AS at FROM lane WHERE accepted > removed`;
