import type { SqlDatabase } from "@gateway-engine/core/sql";
import { IS_UNINSTALLED } from "./installed.ts";

/** Orders that are remembered whole; of older ones only which version was committed, and what was uninstalled. */
const REMEMBERED_INSTALLS = 200;

/** Ended orders before the last so many. */
const OLD = `SELECT id FROM installs WHERE ended_at IS NOT NULL
  AND rowid <= (SELECT max(rowid) FROM installs) - ${REMEMBERED_INSTALLS}`;

/** Keeps the journal small: which version of an application came after which is kept for ever, the rest for a while. */
export function forgetOldInstalls(database: SqlDatabase): void {
  database.transaction(() => {
    database.run(
      `DELETE FROM transitions WHERE kind <> 'committed' AND NOT (${IS_UNINSTALLED}) AND install IN (${OLD})`,
    );
    database.run(
      `UPDATE transitions SET state = json_set(state, '$.output', '', '$.checks', json('[]'))
       WHERE install IN (${OLD}) AND state ->> '$.output' <> ''`,
    );
    database.run(`DELETE FROM installs WHERE id IN (${OLD}) AND id NOT IN (SELECT install FROM transitions)`);
    database.run(
      `DELETE FROM commands WHERE cleared_at IS NOT NULL AND id NOT IN (SELECT command FROM installs)
       AND rowid <= (SELECT max(rowid) FROM commands) - ${REMEMBERED_INSTALLS}`,
    );
  });
}
