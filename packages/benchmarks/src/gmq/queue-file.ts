/**
 * The file of a queue that is not running. Filling it through the front door would take a quarter of an hour for
 * ten million messages; here each message that is in it is copied, with the next numbers and times.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gatewayPaths } from "@gateway-engine/core/paths";

/** @param folder the root of the gateway */
export function queueFile(folder: string): string {
  return join(gatewayPaths(folder).queueDir, "gmq.db");
}

export function megabytesOf(file: string): number {
  return statSync(file).size / 1_048_576;
}

/**
 * Adds `messages` to the queue, the same number to each of its lanes: copies of the last message of the lane.
 *
 * @returns how many were added
 */
export function multiply(file: string, messages: number): number {
  const database = new DatabaseSync(file);
  try {
    const lanes = database
      .prepare("SELECT id FROM lane")
      .all()
      .map((row) => Number(row["id"]));
    const each = Math.floor(messages / lanes.length);
    const copy = database.prepare(copyStatement(database));
    const count = database.prepare(
      "UPDATE lane SET next_seq = next_seq + ?2, accepted = accepted + ?2, last_at = last_at + ?2 WHERE id = ?1",
    );
    for (const lane of lanes) {
      database.exec("BEGIN");
      copy.run({ lane, copies: each });
      count.run(lane, each);
      database.exec("COMMIT");
    }
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return each * lanes.length;
  } finally {
    database.close();
  }
}

/** Whatever else a message has is copied as it is. */
function copyStatement(database: DatabaseSync): string {
  const columns = database
    .prepare("PRAGMA table_info(message)")
    .all()
    .map((row) => String(row["name"]));
  const values = columns.map((column) => (COUNTED.has(column) ? `${column} + number` : column));
  return `
    WITH RECURSIVE copy (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < :copies)
    INSERT INTO message (${columns.join(", ")})
      SELECT ${values.join(", ")} FROM copy,
        (SELECT * FROM message WHERE lane = :lane ORDER BY seq DESC LIMIT 1)`;
}

const COUNTED = new Set(["seq", "at"]);
