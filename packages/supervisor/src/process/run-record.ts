/** Keeps what is on disk about the child of one process up to date, from before it is made until its end was seen. */
import type { ProcessIdentity } from "@gateway-engine/core/children";
import { describeError } from "@gateway-engine/core/errors";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { ChildRecord, ChildRecords, ProcessKey, StopWish, Survivor } from "./child-records.ts";

export interface RunRecordDeps {
  readonly records: ChildRecords;
  readonly log: DaemonLog;
}

export class RunRecord {
  readonly #key: ProcessKey;
  readonly #deps: RunRecordDeps;
  #record: Omit<ChildRecord, "bootId"> | undefined;

  constructor(key: ProcessKey, deps: RunRecordDeps) {
    this.#key = key;
    this.#deps = deps;
  }

  /** A child is about to be made. @throws StorageError */
  begin(record: Omit<ChildRecord, "bootId" | "process" | "stopping">): void {
    this.#record = { ...record, process: undefined };
    this.#deps.records.begin(this.#record);
  }

  /** The child exists. It lives, whether or not this can be written down: without it, its mark still finds it. */
  identify(process: ProcessIdentity): void {
    this.#change({ process });
  }

  /** Goes on with the record of a child that an earlier daemon left. */
  takeOver({ record, process }: Survivor): void {
    this.#record = record;
    if (record.process === undefined) this.#change({ process });
  }

  /** Before the signal is sent: a daemon that finds the child alive must not take it for one that runs. */
  markStopping(stopping: StopWish): void {
    if (this.#record?.stopping !== stopping) this.#change({ stopping });
  }

  /** The record of a dead child does no harm: the next daemon sees that it is dead. */
  forget(): void {
    this.#record = undefined;
    this.#despite("its record is left behind", () => this.#deps.records.remove(this.#key));
  }

  #change(change: Partial<ChildRecord>): void {
    if (this.#record === undefined) return;
    const record = { ...this.#record, ...change };
    this.#record = record;
    this.#despite("its record is out of date", () => this.#deps.records.amend(record));
  }

  /** A disk that is full or cannot be written must neither lose a child nor end this daemon. */
  #despite(consequence: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#deps.log.write("CRIT", `'${this.#key.name}': ${describeError(error)}; ${consequence}`);
    }
  }
}
