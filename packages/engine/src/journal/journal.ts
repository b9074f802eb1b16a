import type { Clock } from "@gateway-engine/core/clock";
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
import { type ActionState, describeAction, isActionEnd } from "../actions/state.ts";
import {
  describeState,
  type InstallState,
  isEnd,
  REQUESTED,
  type Release,
  type UnpackedRelease,
} from "../install/state.ts";
import { RollbackFloors } from "../trust/rollback-floors.ts";
import {
  type EndedInstall,
  historyOf,
  lastEnd,
  lastInstalls,
  type OrderCount,
  orderCounts,
  transitionsAfter,
} from "./history.ts";
import { type Commit, commitsOf, installedApps, uninstalledApps } from "./installed.ts";
import {
  nextOrder,
  type OpenOrder,
  openOrders,
  supersededBy,
  type UnknownOrder,
  unknownOrders,
} from "./open-orders.ts";
import { type CommandSource, type LocalOrder, type Order, orderColumns, orderedThing } from "./orders.ts";
import { inReserve, keepReserve, type Reserve } from "./reserve.ts";
import { addResult, oldestResult, removeResult, type WaitingResult } from "./results.ts";
import { forgetOldInstalls } from "./retention.ts";
import { readState, text } from "./rows.ts";

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
    return nextOrder(this.#database, source, except);
  }

  /** The install that came last from the cloud, if it has ended: with its end, and when that was. */
  lastEnd(): EndedInstall | undefined {
    return lastEnd(this.#database);
  }

  stateOf(install: string): InstallState {
    const row = this.#database.get("SELECT state FROM transitions WHERE install = ? ORDER BY seq DESC LIMIT 1", [
      install,
    ]);
    return row === undefined ? REQUESTED : readState(text(row, "state"));
  }

  /** Orders that a newer release has written and this one cannot carry out; they are left alone. */
  unknownOrders(): readonly UnknownOrder[] {
    return unknownOrders(this.#database);
  }

  /** The package or verb of a later command by which an order is void as long as it has not begun. */
  supersededBy(order: string): Pick<Order, "verb" | "name"> | undefined {
    return supersededBy(this.#database, order);
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
    addResult(this.#database, result, this.#clock.now());
  }

  /** The oldest report that the server does not have. */
  oldestResult(): WaitingResult | undefined {
    return oldestResult(this.#database);
  }

  removeResult(seq: number): void {
    removeResult(this.#database, seq);
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
    return openOrders(this.#database);
  }

  /** Rows after number `after`, oldest first. */
  transitions(after: number): readonly JournalTransition[] {
    return transitionsAfter(this.#database, after);
  }

  /** The last orders with what came of them, oldest first. */
  history(query: HistoryQuery): readonly HistoryEntry[] {
    return historyOf(this.#database, query);
  }

  /** The last installs, newest first, each with the state it is in. */
  summaries(limit: number): readonly InstallSummary[] {
    return lastInstalls(this.#database, limit);
  }

  /** How many orders of each verb are in each state, of those that are remembered. */
  orderCounts(): readonly OrderCount[] {
    return orderCounts(this.#database);
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
