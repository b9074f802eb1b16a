import type { Migration } from "@gateway-engine/core/sql";

/**
 * The steps of the schema, oldest first. A step that is released is never changed, only followed by another.
 *
 * @param bytes the database's name for a column of bytes: BLOB at SQLite, BYTEA at PostgreSQL
 */
export function migrations(bytes: "BLOB" | "BYTEA"): readonly Migration[] {
  return [
    [
      `CREATE TABLE products (
         id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, created_at BIGINT NOT NULL)`,
      `CREATE TABLE resources (
         product_id TEXT NOT NULL, alias TEXT NOT NULL, name TEXT NOT NULL, format TEXT NOT NULL, settable SMALLINT NOT NULL,
         PRIMARY KEY (product_id, alias))`,
      `CREATE TABLE devices (
         product_id TEXT NOT NULL, identity TEXT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL,
         activation_until BIGINT NOT NULL, activated_at BIGINT, cik_digest ${bytes},
         PRIMARY KEY (product_id, identity))`,
      `CREATE INDEX devices_by_cik ON devices (cik_digest)`,
      `CREATE TABLE current_values (
         product_id TEXT NOT NULL, identity TEXT NOT NULL, alias TEXT NOT NULL, value ${bytes} NOT NULL, at BIGINT NOT NULL,
         reported ${bytes}, reported_at BIGINT,
         PRIMARY KEY (product_id, identity, alias))`,
      `CREATE TABLE history (
         product_id TEXT NOT NULL, identity TEXT NOT NULL, alias TEXT NOT NULL, at BIGINT NOT NULL, value ${bytes} NOT NULL,
         stored_at BIGINT NOT NULL,
         PRIMARY KEY (product_id, identity, alias, at))`,
      `CREATE INDEX history_by_arrival ON history (stored_at)`,
      `CREATE TABLE sequences (
         product_id TEXT NOT NULL, identity TEXT NOT NULL, spool_id TEXT NOT NULL, last BIGINT NOT NULL,
         PRIMARY KEY (product_id, identity, spool_id))`,
      `CREATE TABLE events (
         product_id TEXT NOT NULL, identity TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
         detail TEXT NOT NULL,
         PRIMARY KEY (product_id, identity, id))`,
      `CREATE TABLE content (
         product_id TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL,
         updated_at BIGINT NOT NULL,
         PRIMARY KEY (product_id, id))`,
      `CREATE INDEX content_by_digest ON content (sha256)`,
    ],
    [
      `ALTER TABLE devices ADD COLUMN cik_used_at BIGINT`,
      // Nobody noted whether these CIKs were used: they count as used, or another box could take the identity.
      `UPDATE devices SET cik_used_at = activated_at`,
    ],
    [gatewayReport("queue_report", "Queue Report")],
    [gatewayReport("deployment_status", "Deployment Status")],
    [gatewayReport("alert", "Alert")],
    [gatewayReport("metrics", "Metrics")],
  ];
}

/** Gives the gateway products that are there a resource; others get it when they are made. */
function gatewayReport(alias: string, name: string): string {
  return `INSERT INTO resources (product_id, alias, name, format, settable)
         SELECT id, '${alias}', '${name}', 'string/json', 0 FROM products WHERE kind = 'gateway'
         ON CONFLICT (product_id, alias) DO NOTHING`;
}
