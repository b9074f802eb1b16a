/** Which version of which application is in force: what was committed last, and not uninstalled since. */
import type { SqlDatabase, SqlValue } from "@gateway-engine/core/sql";
import type { InstalledApp } from "@gateway-engine/protocol/engine-config";
import type { UnpackedRelease } from "../install/state.ts";
import { number, text } from "./rows.ts";

/** Rows by which an application goes away. */
export const IS_UNINSTALLED = "kind = 'done' AND state ->> '$.verb' = 'uninstall'";

/** The commits of all applications since each was uninstalled, if it ever was. */
const COMMITS = `
  WITH gone AS (SELECT state ->> '$.name' AS app, max(seq) AS seq FROM transitions WHERE ${IS_UNINSTALLED} GROUP BY app),
  commits AS (
    SELECT t.seq, t.at, t.state ->> '$.release' AS release, t.state ->> '$.release.app' AS app,
           t.state ->> '$.release.version' AS version
    FROM transitions t LEFT JOIN gone ON gone.app = t.state ->> '$.release.app'
    WHERE t.kind = 'committed' AND t.seq > coalesce(gone.seq, 0))`;

export function installedApps(database: SqlDatabase): readonly InstalledApp[] {
  const rows = database.all(
    `${COMMITS} SELECT app, version
     FROM commits JOIN (SELECT app, min(seq) AS first, max(seq) AS last FROM commits GROUP BY app) USING (app)
     WHERE seq = last ORDER BY first`,
  );
  return rows.map((row) => ({ name: text(row, "app"), version: text(row, "version") }));
}

export function uninstalledApps(database: SqlDatabase): readonly string[] {
  const rows = database.all(
    `${COMMITS} SELECT app FROM gone WHERE app NOT IN (SELECT app FROM commits) ORDER BY gone.seq`,
  );
  return rows.map((row) => text(row, "app"));
}

export interface Commit {
  readonly release: UnpackedRelease;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Each version of an application once, with its last commit; newest first. */
export function commitsOf(database: SqlDatabase, app: string): readonly Commit[] {
  const params: readonly SqlValue[] = [app];
  const rows = database.all(
    `${COMMITS} SELECT release, at, version, max(seq) AS last FROM commits WHERE app = ? GROUP BY version ORDER BY last DESC`,
    params,
  );
  return rows.map((row) => ({ release: JSON.parse(text(row, "release")) as UnpackedRelease, at: number(row, "at") }));
}
