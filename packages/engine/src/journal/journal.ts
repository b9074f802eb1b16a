import { parsePackageName } from "@gateway-engine/artifact/package-name";
import type { Clock, Timestamp } from "@gateway-engine/core/clock";
import { uuidv7 } from "@gateway-engine/core/identifiers";
import type { Random } from "@gateway-engine/core/random";
import type { SqlDatabase, SqlRow } from "@gateway-engine/core/sql";
import type { InstalledApp } from "@gateway-engine/protocol/engine-config";
import type { InstallOrder } from "@gateway-engine/protocol/engine-fetch";
import type { InstallSummary, JournalTransition, OpenOrder } from "@gateway-engine/protocol/local-control";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import {
  describeState,
  type InstallState,
  isEnd,
  REQUESTED,
  type Release,
  type UnpackedRelease,
} from "../install/state.ts";
import { RollbackFloors } from "../trust/rollback-floors.ts";
import { forgetOldInstalls } from "./retention.ts";
import { number, readState, text, textOrUndefined } from "./rows.ts";

/** Where a command came from: the alias `engine_fetch`, or somebody on the gateway. */
export type CommandSource = "cloud" | "local";

/** One package to install, as the journal knows it. */
export interface Install extends InstallOrder {
  readonly id: string;
  readonly commandSource: CommandSource;
  /** Absolute path of the package's file, when it does not come from the server. */
  readonly source?: string;
}

/** An install that has not ended, with the last state it entered. */
export interface OpenInstall {
  readonly install: Install;
  readonly state: InstallState;
}

export interface LocalOrder {
  readonly name: string;
  readonly source: string;
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
}

export interface JournalDeps {
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly random: Random;
}

/** What the engine has been told to do and how far it has come. Every write is on disk when the call returns. */
export class Journal {
  readonly #database: SqlDatabase;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor({ database, clock, random }: JournalDeps) {
    this.#database = database;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * A command of the cloud; its installs wait until it is marked cleared.
   *
   * @param rejection the report about a command that cannot be understood, and so orders nothing
   */
  receive(command: string, orders: readonly InstallOrder[], rejection?: FetchStatus): void {
    this.#database.transaction(() => {
      this.#insertInstalls(this.#insertCommand("cloud", command, null), orders);
      if (rejection !== undefined) this.addResult(rejection);
    });
  }

  /** A command of somebody on the gateway; there is no alias to clear, so its installs may begin. @returns their ids */
  receiveLocal(orders: readonly LocalOrder[]): readonly string[] {
    return this.#database.transaction(() => {
      const now = this.#clock.now();
      const id = this.#insertCommand("local", JSON.stringify(orders), now);
      return this.#insertInstalls(id, orders);
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
   * The oldest install that may be worked on.
   *
   * @param source only installs that were ordered there
   */
  nextInstall(source?: CommandSource): OpenInstall | undefined {
    const row = this.#database.get(
      `SELECT i.*, c.source AS command_source FROM installs i JOIN commands c ON c.id = i.command
       WHERE i.ended_at IS NULL AND c.cleared_at IS NOT NULL AND c.source = coalesce(?, c.source)
       ORDER BY c.rowid, i.position LIMIT 1`,
      [source ?? null],
    );
    if (row === undefined) return undefined;
    const install = toInstall(row);
    return { install, state: this.stateOf(install.id) };
  }

  /** The install that came last from the cloud, if it has ended: with its end, and when that was. */
  lastEnd(): (OpenInstall & { readonly at: Timestamp }) | undefined {
    const row = this.#database.get(
      `SELECT i.*, c.source AS command_source, t.kind, t.state, t.at FROM installs i JOIN commands c ON c.id = i.command
       JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
       WHERE c.source = 'cloud' ORDER BY t.seq DESC LIMIT 1`,
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

  /**
   * Writes down that an install enters a state. With an end state, its result is stored in the same step; so is the floor
   * that a committed release raises.
   */
  enter(install: Install, state: InstallState, result?: FetchStatus): void {
    this.#database.transaction(() => {
      this.#insertTransition(install.id, state);
      if (isEnd(state)) {
        this.#database.run("UPDATE installs SET ended_at = ? WHERE id = ?", [this.#clock.now(), install.id]);
      }
      if (state.kind === "committed") this.#raiseFloor(state.release);
      if (result !== undefined) this.addResult(result);
    });
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

  /** The version that was committed last of each application. */
  installedApps(): readonly InstalledApp[] {
    const rows = this.#database.all(
      `SELECT state ->> '$.release.app' AS name, state ->> '$.release.version' AS version, max(seq)
       FROM transitions WHERE kind = 'committed' GROUP BY name ORDER BY min(seq)`,
    );
    return rows.map((row) => ({ name: text(row, "name"), version: text(row, "version") }));
  }

  /** The release of an application that was committed last. */
  committedRelease(app: string): UnpackedRelease | undefined {
    const row = this.#database.get(
      `SELECT state ->> '$.release' AS release FROM transitions
       WHERE kind = 'committed' AND state ->> '$.release.app' = ? ORDER BY seq DESC LIMIT 1`,
      [app],
    );
    return row === undefined ? undefined : (JSON.parse(text(row, "release")) as UnpackedRelease);
  }

  /** Versions of an application in the order in which they were committed, newest first, each once. */
  committedVersions(app: string): readonly string[] {
    const rows = this.#database.all(
      `SELECT state ->> '$.release.version' AS version, max(seq) AS seq FROM transitions
       WHERE kind = 'committed' AND state ->> '$.release.app' = ? GROUP BY version ORDER BY seq DESC`,
      [app],
    );
    return rows.map((row) => text(row, "version"));
  }

  /** When the version in force was committed, in milliseconds since 1970. */
  committedAt(app: string): number | undefined {
    const row = this.#database.get(
      `SELECT at FROM transitions WHERE kind = 'committed' AND state ->> '$.release.app' = ? ORDER BY seq DESC LIMIT 1`,
      [app],
    );
    return row === undefined ? undefined : number(row, "at");
  }

  /** What is under way or waits, oldest first. */
  openOrders(): readonly OpenOrder[] {
    const rows = this.#database.all(
      `SELECT i.name, t.kind, t.at FROM installs i
       JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
       WHERE i.ended_at IS NULL ORDER BY i.rowid`,
    );
    return rows.map((row) => {
      const name = text(row, "name");
      const parsed = parsePackageName(name);
      const app = parsed.ok ? parsed.value.name : name;
      return { app, name, state: text(row, "kind"), changedAt: number(row, "at") };
    });
  }

  /** Rows after number `after`, oldest first. */
  transitions(after: number): readonly JournalTransition[] {
    const rows = this.#database.all(
      `SELECT t.seq, t.install, i.name, t.kind, t.at, t.message FROM transitions t JOIN installs i ON i.id = t.install
       WHERE t.seq > ? ORDER BY t.seq LIMIT ?`,
      [after, MAX_TRANSITIONS],
    );
    return rows.map((row) => ({
      seq: number(row, "seq"),
      install: text(row, "install"),
      name: text(row, "name"),
      state: text(row, "kind"),
      at: number(row, "at"),
      message: text(row, "message"),
    }));
  }

  /** The last installs, newest first, each with the state it is in. */
  summaries(limit: number): readonly InstallSummary[] {
    const rows = this.#database.all(
      `SELECT i.id, i.name, t.kind, t.at, t.message FROM installs i
       JOIN transitions t ON t.seq = (SELECT max(seq) FROM transitions WHERE install = i.id)
       ORDER BY t.seq DESC LIMIT ?`,
      [limit],
    );
    return rows.map((row) => ({
      id: text(row, "id"),
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

  #insertInstalls(command: string, orders: readonly (InstallOrder | LocalOrder)[]): readonly string[] {
    return orders.map((order, position) => {
      const id = uuidv7(this.#clock.now(), this.#random);
      const { name, source, sha256, size, deployment }: InstallOrder & Partial<LocalOrder> = order;
      this.#database.run(
        "INSERT INTO installs (id, command, position, name, source, sha256, size, deployment) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [id, command, position, name, source ?? null, sha256 ?? null, size ?? null, deployment ?? null],
      );
      this.#insertTransition(id, REQUESTED);
      return id;
    });
  }

  #raiseFloor({ app, signature }: Release): void {
    if (signature?.floor !== undefined) new RollbackFloors(this.#database).raise(app, signature.floor);
  }

  #insertTransition(install: string, state: InstallState): void {
    const sql = "INSERT INTO transitions (install, kind, state, at, message) VALUES (?, ?, ?, ?, ?)";
    const params = [install, state.kind, JSON.stringify(state), this.#clock.now(), describeState(state)];
    this.#database.run(sql, params);
  }
}

/** Reports that wait for a server which never comes back must not fill the disk. */
const MAX_RESULTS = 1000;

/** Rows of one answer; who wants more asks again after the last. */
const MAX_TRANSITIONS = 1000;

function toInstall(row: SqlRow): Install {
  const source = textOrUndefined(row, "source");
  const sha256 = textOrUndefined(row, "sha256");
  const deployment = textOrUndefined(row, "deployment");
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    commandSource: text(row, "command_source") === "local" ? "local" : "cloud",
    ...(source === undefined ? {} : { source }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(row["size"] === null ? {} : { size: number(row, "size") }),
    ...(deployment === undefined ? {} : { deployment }),
  };
}
