import type { Clock, Timestamp } from "@gateway-engine/core/clock";
import { StorageError } from "@gateway-engine/core/errors";
import { uuidv7 } from "@gateway-engine/core/identifiers";
import type { Random } from "@gateway-engine/core/random";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { InstalledApp } from "@gateway-engine/protocol/engine-config";
import type { EngineOrder } from "@gateway-engine/protocol/engine-orders";
import type {
  AppOrderStatus,
  HistoryEntry,
  HistoryQuery,
  InstallSummary,
  JournalTransition,
} from "@gateway-engine/protocol/local-control";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import { ACTION_STATES, type ActionState, describeAction, isActionEnd } from "../actions/state.ts";
import {
  describeState,
  INSTALL_STATES,
  type InstallState,
  isEnd,
  NOT_BEGUN_STATES,
  REQUESTED,
  type Release,
  type UnpackedRelease,
} from "../install/state.ts";
import { RollbackFloors } from "../trust/rollback-floors.ts";
import { historyOf } from "./history.ts";
import { type Commit, commitsOf, installedApps, uninstalledApps } from "./installed.ts";
import {
  ACTION_VERBS,
  type Action,
  type CommandSource,
  INSTALL_VERBS,
  type Install,
  type LocalOrder,
  type Order,
  orderColumns,
  orderedThing,
  toAction,
  toInstall,
} from "./orders.ts";
import { inReserve, keepReserve, type Reserve } from "./reserve.ts";
import { forgetOldInstalls } from "./retention.ts";
import { number, readActionState, readState, text, textOrUndefined } from "./rows.ts";

/** An order that has not ended, with the last state it entered. */
export type OpenOrder =
  | { readonly kind: "install"; readonly install: Install; readonly state: InstallState }
  | { readonly kind: "action"; readonly action: Action; readonly state: ActionState };

export interface EndedInstall {
  readonly install: Install;
  readonly state: InstallState;
  readonly at: Timestamp;
}

export interface JournalDeps {
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly random: Random;
  /** Without it, a full disk keeps the end of an install from being written down. */
  readonly reserve?: Reserve;
  /** Tells whether the database is still the file at its place. */
  readonly place?: JournalPlace;
}

export interface JournalPlace {
  readonly file: string;
  readonly isSame: () => boolean;
}

/** What the engine has been told to do and how far it has come. Every write is on disk when the call returns. */
export class Journal {
  readonly #database: SqlDatabase;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #reserve: Reserve | undefined;
  readonly #place: JournalPlace | undefined;

  constructor({ database, clock, random, reserve, place }: JournalDeps) {
    this.#reserve = reserve;
    this.#place = place;
    this.#database = database;
    this.#clock = clock;
    this.#random = random;
  }

  /** @throws StorageError E_JOURNAL_LOST when what is written would be gone with the engine's end */
  assertInPlace(): void {
    if (this.#place?.isSame() === false) throw new StorageError("E_JOURNAL_LOST", { file: this.#place.file });
  }

  /**
   * A command of the cloud; its orders wait until it is marked cleared.
   *
   * @param rejection the report about a command that cannot be understood, and so orders nothing
   */
  receive(command: string, orders: readonly EngineOrder[], rejection?: FetchStatus): void {
    this.assertInPlace();
    this.#database.transaction(() => {
      this.#insertOrders(this.#insertCommand("cloud", command, null), orders);
      if (rejection !== undefined) this.addResult(rejection);
    });
  }

  /** A command of somebody on the gateway; there is no alias to clear, so its orders may begin. @returns their ids */
  receiveLocal(orders: readonly (EngineOrder | LocalOrder)[]): readonly string[] {
    this.assertInPlace();
    return this.#database.transaction(() => {
      const now = this.#clock.now();
      const id = this.#insertCommand("local", JSON.stringify(orders), now);
      return this.#insertOrders(id, orders);
    });
  }

  /** Whether a package file of this name and content was ordered on the gateway before, and was brought here or still may be. */
  knowsFile(name: string, sha256: string): boolean {
    const sql = `SELECT 1 FROM installs i WHERE name = ? AND sha256 = ? AND source IS NOT NULL AND (ended_at IS NULL
       OR EXISTS (SELECT 1 FROM transitions WHERE install = i.id AND kind IN ('verified', 'committed'))) LIMIT 1`;
    return this.#database.get(sql, [name, sha256]) !== undefined;
  }

  /** Whether a command with exactly this text was received and not yet marked cleared. */
  isUncleared(command: string): boolean {
    const sql = "SELECT 1 FROM commands WHERE cleared_at IS NULL AND text = ? LIMIT 1";
    return this.#database.get(sql, [command]) !== undefined;
  }

  /** The alias no longer holds any of the commands received so far. @returns how many of them it may still have held */
  markCleared(): number {
    return this.#database.run("UPDATE commands SET cleared_at = ? WHERE cleared_at IS NULL", [this.#clock.now()]);
  }

  /**
   * The order that is to be worked on now: first what has begun to change the gateway, then what was ordered on the gateway
   * itself, then what the cloud ordered; each in the order of the commands and of the items in them.
   *
   * @param source only orders that were given there
   * @param except ids of orders that are left out
   */
  nextOrder(source?: CommandSource, except: readonly string[] = []): OpenOrder | undefined {
    const row = this.#database.get(
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

  /** The install that came last from the cloud, if it has ended: with its end, and when that was. */
  lastEnd(): EndedInstall | undefined {
    const row = this.#database.get(
      `SELECT i.*, c.source AS command_source, t.kind, t.state, t.at FROM installs i JOIN commands c ON c.id = i.command
       JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
       WHERE c.source = 'cloud' AND i.verb IN (${list(INSTALL_VERBS)}) ORDER BY t.seq DESC LIMIT 1`,
    );
    if (row === undefined || row["ended_at"] === null) return undefined;
    return { install: toInstall(row), state: readState(text(row, "state")), at: number(row, "at") };
  }

  stateOf(install: string): InstallState {
    const row = this.#database.get("SELECT state FROM transitions WHERE install = ? ORDER BY seq DESC LIMIT 1", [
      install,
    ]);
    return row === undefined ? REQUESTED : readState(text(row, "state"));
  }

  /** Orders that a newer release has written and this one cannot carry out; they are left alone. */
  unknownOrders(): readonly { readonly name: string; readonly verb: string; readonly state: string }[] {
    const rows = this.#database.all(`${OPEN_ORDERS} AND NOT (${IS_KNOWN}) ORDER BY i.rowid`);
    return rows.map((row) => ({ name: text(row, "name"), verb: text(row, "verb"), state: text(row, "kind") }));
  }

  /** The package or verb of a later command by which an order is void as long as it has not begun. */
  supersededBy(order: string): Pick<Order, "verb" | "name"> | undefined {
    const row = this.#database.get(
      `SELECT newer.verb, newer.name FROM installs i JOIN commands c ON c.id = i.command
       JOIN installs newer ON newer.app = i.app JOIN commands nc ON nc.id = newer.command
       WHERE i.id = ? AND i.verb IN (${SUPERSEDING}) AND newer.verb IN (${SUPERSEDING}) AND nc.rowid > c.rowid
       ORDER BY nc.rowid, newer.position LIMIT 1`,
      [order],
    );
    return row === undefined ? undefined : { verb: text(row, "verb") as Order["verb"], name: text(row, "name") };
  }

  /**
   * Writes down that an order enters a state, or throws E_JOURNAL_LOST. With an end state, its result is stored in the same step; so is the floor
   * that a committed release raises.
   */
  enter({ id }: Pick<Order, "id">, state: InstallState | ActionState, result?: FetchStatus): void {
    this.assertInPlace();
    const write = () =>
      this.#database.transaction(() => {
        this.#insertTransition(id, state);
        if ("verb" in state ? isActionEnd(state) : isEnd(state)) {
          this.#database.run("UPDATE installs SET ended_at = ? WHERE id = ?", [this.#clock.now(), id]);
        }
        if (state.kind === "committed") this.#raiseFloor(state.release);
        if (result !== undefined) this.addResult(result);
      });
    inReserve(this.#reserve, write);
  }

  /** Keeps a report for `fetch_status` until the server has it. */
  addResult(result: FetchStatus): void {
    const params = [JSON.stringify(result), this.#clock.now()];
    this.#database.run("INSERT INTO results (status, made_at) VALUES (?, ?)", params);
    this.#database.run("DELETE FROM results WHERE seq <= (SELECT max(seq) FROM results) - ?", [MAX_RESULTS]);
  }

  /** The oldest report that the server does not have. */
  oldestResult(): { readonly seq: number; readonly status: string } | undefined {
    const row = this.#database.get("SELECT seq, status FROM results ORDER BY seq LIMIT 1");
    return row === undefined ? undefined : { seq: number(row, "seq"), status: text(row, "status") };
  }

  removeResult(seq: number): void {
    this.#database.run("DELETE FROM results WHERE seq = ?", [seq]);
  }

  /** The version in force of each application. */
  installedApps(): readonly InstalledApp[] {
    return installedApps(this.#database);
  }

  /** Applications that were uninstalled, and not installed since. */
  uninstalledApps(): readonly string[] {
    return uninstalledApps(this.#database);
  }

  /** The release of an application that is in force. */
  committedRelease(app: string): UnpackedRelease | undefined {
    return this.commits(app)[0]?.release;
  }

  /** Versions of an application in the order in which they were committed, newest first, each once. */
  committedVersions(app: string): readonly string[] {
    return this.commits(app).map(({ release }) => release.version);
  }

  /** The same with their last commits. */
  commits(app: string): readonly Commit[] {
    return commitsOf(this.#database, app);
  }

  /** When the version in force was committed, in milliseconds since 1970. */
  committedAt(app: string): number | undefined {
    return this.commits(app)[0]?.at;
  }

  /** What is under way or waits, oldest first. */
  openOrders(): readonly AppOrderStatus[] {
    return this.#database.all(`${OPEN_ORDERS} ORDER BY i.rowid`).map((row) => ({
      app: textOrUndefined(row, "app") ?? "",
      verb: text(row, "verb"),
      name: text(row, "name"),
      state: text(row, "kind"),
      changedAt: number(row, "at"),
    }));
  }

  /** Rows after number `after`, oldest first. */
  transitions(after: number): readonly JournalTransition[] {
    const rows = this.#database.all(
      `SELECT t.seq, t.install, i.verb, i.name, t.kind, t.at, t.message FROM transitions t JOIN installs i ON i.id = t.install
       WHERE t.seq > ? ORDER BY t.seq LIMIT ?`,
      [after, MAX_TRANSITIONS],
    );
    return rows.map((row) => ({
      seq: number(row, "seq"),
      install: text(row, "install"),
      verb: text(row, "verb"),
      name: text(row, "name"),
      state: text(row, "kind"),
      at: number(row, "at"),
      message: text(row, "message"),
    }));
  }

  /** The last orders with what came of them, oldest first. */
  history(query: HistoryQuery): readonly HistoryEntry[] {
    return historyOf(this.#database, query);
  }

  /** The last installs, newest first, each with the state it is in. */
  summaries(limit: number): readonly InstallSummary[] {
    const rows = this.#database.all(
      `SELECT i.id, i.verb, i.name, t.kind, t.at, t.message FROM installs i
       JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
       ORDER BY t.seq DESC LIMIT ?`,
      [limit],
    );
    return rows.map((row) => ({
      id: text(row, "id"),
      verb: text(row, "verb"),
      name: text(row, "name"),
      state: text(row, "kind"),
      changedAt: number(row, "at"),
      message: text(row, "message"),
    }));
  }

  /** Ids of all installs that have not ended. */
  openInstalls(): readonly string[] {
    return this.#database.all("SELECT id FROM installs WHERE ended_at IS NULL").map((row) => text(row, "id"));
  }

  /** Drops the details of installs that ended long ago. */
  forgetOld(): void {
    forgetOldInstalls(this.#database);
    this.keepRoom();
  }

  /** Takes back the room that the last rows on a full disk may have needed. */
  keepRoom(): void {
    if (this.#reserve !== undefined) keepReserve(this.#reserve);
  }

  close(): void {
    this.#database.close();
  }

  #insertCommand(source: CommandSource, command: string, clearedAt: number | null): string {
    const now = this.#clock.now();
    const id = uuidv7(now, this.#random);
    const sql = "INSERT INTO commands (id, source, text, received_at, cleared_at) VALUES (?, ?, ?, ?, ?)";
    this.#database.run(sql, [id, source, command, now, clearedAt]);
    return id;
  }

  #insertOrders(command: string, orders: readonly (EngineOrder | LocalOrder)[]): readonly string[] {
    return orders.map((order, position) => {
      const id = uuidv7(this.#clock.now(), this.#random);
      this.#database.run(
        `INSERT INTO installs (id, command, position, name, verb, app, argument, source, sha256, size, deployment)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [id, command, position, ...orderColumns(order)],
      );
      this.#insertTransition(id, requested(order));
      return id;
    });
  }

  #raiseFloor({ app, signature }: Release): void {
    if (signature?.floor !== undefined) new RollbackFloors(this.#database).raise(app, signature.floor);
  }

  #insertTransition(order: string, state: InstallState | ActionState): void {
    const sql = "INSERT INTO transitions (install, kind, state, at, message) VALUES (?, ?, ?, ?, ?)";
    const message = "verb" in state ? describeAction(state) : describeState(state);
    this.#database.run(sql, [order, state.kind, JSON.stringify(state), this.#clock.now(), message]);
  }
}

function requested(order: EngineOrder | LocalOrder): InstallState | ActionState {
  const { verb, name } = orderedThing(order);
  return verb === "install" || verb === "rollback" ? REQUESTED : { kind: "requested", verb, name };
}

/** Reports that wait for a server which never comes back must not fill the disk. */
const MAX_RESULTS = 1000;

/** Rows of one answer; who wants more asks again after the last. */
const MAX_TRANSITIONS = 1000;

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
