/** Orders that have not ended: which comes next, which are void, and which nobody here understands. */
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { AppOrderStatus } from "@gateway-engine/protocol/local-control";
import { ACTION_STATES, type ActionState } from "../actions/state.ts";
import { INSTALL_STATES, type InstallState, NOT_BEGUN_STATES } from "../install/state.ts";
import {
  ACTION_VERBS,
  type Action,
  type CommandSource,
  INSTALL_VERBS,
  type Install,
  type Order,
  toAction,
  toInstall,
} from "./orders.ts";
import { number, readActionState, readState, text, textOrUndefined } from "./rows.ts";

/** An order that has not ended, with the last state it entered. */
export type OpenOrder =
  | { readonly kind: "install"; readonly install: Install; readonly state: InstallState }
  | { readonly kind: "action"; readonly action: Action; readonly state: ActionState };

/** @see Journal.nextOrder */
export function nextOrder(
  database: SqlDatabase,
  source: CommandSource | undefined,
  except: readonly string[],
): OpenOrder | undefined {
  const row = database.get(
    `${OPEN_ORDERS} AND c.cleared_at IS NOT NULL AND c.source = coalesce(?, c.source) AND (${IS_KNOWN})
     AND i.id NOT IN (SELECT value FROM json_each(?))
     ORDER BY ${HAS_NOT_BEGUN}, c.source = 'cloud', c.rowid, i.position LIMIT 1`,
    [source ?? null, JSON.stringify(except)],
  );
  if (row === undefined) return undefined;
  const state = text(row, "state");
  return INSTALL_VERBS.includes(text(row, "verb"))
    ? { kind: "install", install: toInstall(row), state: readState(state) }
    : { kind: "action", action: toAction(row), state: readActionState(state) };
}

/** @see Journal.unknownOrders */
export function unknownOrders(database: SqlDatabase): readonly UnknownOrder[] {
  const rows = database.all(`${OPEN_ORDERS} AND NOT (${IS_KNOWN}) ORDER BY i.rowid`);
  return rows.map((row) => ({ name: text(row, "name"), verb: text(row, "verb"), state: text(row, "kind") }));
}

export interface UnknownOrder {
  readonly name: string;
  readonly verb: string;
  readonly state: string;
}

/** @see Journal.supersededBy */
export function supersededBy(database: SqlDatabase, order: string): Pick<Order, "verb" | "name"> | undefined {
  const row = database.get(
    `SELECT newer.verb, newer.name FROM installs i JOIN commands c ON c.id = i.command
     JOIN installs newer ON newer.app = i.app JOIN commands nc ON nc.id = newer.command
     WHERE i.id = ? AND i.verb IN (${SUPERSEDING}) AND newer.verb IN (${SUPERSEDING}) AND nc.rowid > c.rowid
     ORDER BY nc.rowid, newer.position LIMIT 1`,
    [order],
  );
  return row === undefined ? undefined : { verb: text(row, "verb") as Order["verb"], name: text(row, "name") };
}

/** @see Journal.openOrders */
export function openOrders(database: SqlDatabase): readonly AppOrderStatus[] {
  return database.all(`${OPEN_ORDERS} ORDER BY i.rowid`).map((row) => ({
    app: textOrUndefined(row, "app") ?? "",
    verb: text(row, "verb"),
    name: text(row, "name"),
    state: text(row, "kind"),
    changedAt: number(row, "at"),
  }));
}

const list = (words: readonly string[]) => words.map((word) => `'${word}'`).join(", ");

/** Orders with their command and the last state they entered; to be followed by further conditions. */
const OPEN_ORDERS = `
  SELECT i.*, c.source AS command_source, t.kind, t.state, t.at FROM installs i JOIN commands c ON c.id = i.command
  JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id) WHERE i.ended_at IS NULL`;

const IS_KNOWN = `
  i.verb IN (${list(INSTALL_VERBS)}) AND t.kind IN (${list(INSTALL_STATES)})
  OR i.verb IN (${list(ACTION_VERBS)}) AND t.kind IN (${list(ACTION_STATES)})`;

/** What an order enters before it changes anything that is in force. */
const HAS_NOT_BEGUN = `t.kind IN (${list(NOT_BEGUN_STATES)})`;

/** What decides about the version of an application. */
const SUPERSEDING = list(["install", "uninstall", "rollback"]);
