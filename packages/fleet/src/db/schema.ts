import type { EventKind, IdentityState } from "@gateway-engine/protocol/fleet-api/identities";
import type { Kysely } from "kysely";

/** A connection or a transaction: the SQL stores work on either. */
export type Sql = Kysely<Tables>;

/**
 * The tables. Primary keys of what belongs to a device start with `product_id`, `identity`: that is how data can be spread.
 * `at` is microseconds since 1970 for values, milliseconds for events; other times are milliseconds.
 */
export interface Tables {
  products: ProductsTable;
  resources: ResourcesTable;
  devices: DevicesTable;
  current_values: CurrentValuesTable;
  history: HistoryTable;
  sequences: SequencesTable;
  events: EventsTable;
  content: ContentTable;
}

export interface ProductsTable {
  id: string;
  name: string;
  kind: "gateway" | "device";
  created_at: number;
}

export interface ResourcesTable {
  product_id: string;
  alias: string;
  name: string;
  format: string;
  /** 0 or 1. */
  settable: number;
}

export interface DevicesTable {
  product_id: string;
  identity: string;
  state: IdentityState;
  created_at: number;
  activation_until: number;
  activated_at: number | null;
  /** SHA-256 of the CIK: whoever reads the database cannot act as a device. */
  cik_digest: Uint8Array | null;
  cik_used_at: number | null;
}

/** `value` is what the device reads, whoever wrote it last; `reported` is what the device itself wrote last. */
export interface CurrentValuesTable {
  product_id: string;
  identity: string;
  alias: string;
  value: Uint8Array;
  at: number;
  reported: Uint8Array | null;
  reported_at: number | null;
}

export interface HistoryTable {
  product_id: string;
  identity: string;
  alias: string;
  at: number;
  value: Uint8Array;
  /** When it arrived, which is what retention goes by. */
  stored_at: number;
}

/** The highest point number that is stored of each queue. */
export interface SequencesTable {
  product_id: string;
  identity: string;
  spool_id: string;
  last: number;
}

export interface EventsTable {
  product_id: string;
  identity: string;
  id: string;
  at: number;
  kind: EventKind;
  /** JSON. */
  detail: string;
}

export interface ContentTable {
  product_id: string;
  id: string;
  type: string;
  size: number;
  sha256: string;
  updated_at: number;
}
