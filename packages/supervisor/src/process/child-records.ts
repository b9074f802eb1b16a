/**
 * What is on disk about the children that run, so that the next daemon finds them after ours was killed.
 *
 * A record is written before a child is made (then it holds only the child's mark), again when its pid is known, and
 * removed when its end was seen. So at every instant a living child has a record. Records need to survive our process,
 * not the machine: after a boot none of these children can be alive, and the boot id tells.
 *
 * A file has one line of JSON for each time that it was written, and the last one that is whole counts: what is appended
 * cannot harm what is there, and replacing the file would make ext4 write it to the disk.
 */
import type { ProcessIdentity } from "@gateway-engine/core/children";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { ProcessConfig } from "../config/model.ts";
import type { Channel } from "../logs/auto-log.ts";
import { SPAWN_ID_VARIABLE } from "./child-environment.ts";

export interface ChildRecord {
  readonly group: string;
  readonly name: string;
  /** In the child's environment as `SUPERVISOR_SPAWN_ID`. */
  readonly spawnId: string;
  readonly bootId: string;
  /** undefined while it is being made. */
  readonly process: ProcessIdentity | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Where its output goes, by channel; an AUTO log keeps its file as long as the child lives. */
  readonly logs: Readonly<Partial<Record<Channel, string>>>;
  /** Set as long as it is being stopped: what is to become of it when another daemon has to finish that. */
  readonly stopping?: StopWish;
  /** What it was started with: tells whether the configuration has changed since, and how to stop it. */
  readonly config: ProcessConfig;
}

/** It was told to stop; it was being restarted; or its daemon ended, and the next one starts what `autostart` says. */
export type StopWish = "stay-stopped" | "start-again" | "autostart";

/** A child of an earlier daemon that is alive, or was when that one ended. */
export interface Survivor {
  readonly record: ChildRecord;
  readonly process: ProcessIdentity;
}

export interface ChildRecordsDeps {
  readonly files: SyncFiles;
  /** Absolute path. */
  readonly folder: string;
  readonly bootId: string;
  readonly isAlive: (process: ProcessIdentity) => boolean;
  readonly findByEnvironment: (name: string, value: string) => ProcessIdentity | undefined;
}

export class ChildRecords {
  readonly #deps: ChildRecordsDeps;

  constructor(deps: ChildRecordsDeps) {
    this.#deps = deps;
    deps.files.makeFolder(deps.folder, 0o700);
  }

  /** For a child that is about to be made; forgets about the one before it. */
  begin(record: Omit<ChildRecord, "bootId">): void {
    this.#append(record, true);
  }

  /** For a child that lives. */
  amend(record: Omit<ChildRecord, "bootId">): void {
    this.#append(record, false);
  }

  remove(key: ProcessKey): void {
    this.#deps.files.remove(this.#path(key));
  }

  /**
   * Those that are still alive; the records of all others are removed.
   *
   * @param orEnded whether those count too that have ended since, so that their end is told of
   */
  survivors(orEnded: boolean): readonly Survivor[] {
    const { files, folder } = this.#deps;
    const found: Survivor[] = [];
    for (const name of files.list(folder).filter((entry) => entry.endsWith(SUFFIX))) {
      const record = lastRecord(files.readText(`${folder}/${name}`) ?? "");
      const process =
        record === undefined ? undefined : (this.#living(record) ?? (orEnded ? record.process : undefined));
      if (record === undefined || process === undefined) files.remove(`${folder}/${name}`);
      else found.push({ record, process });
    }
    return found;
  }

  /** Removes the folder with its pipes, unless a child lives on. */
  removeFolder(): void {
    const { files, folder } = this.#deps;
    if (!files.list(folder).some((name) => name.endsWith(SUFFIX))) files.removeFolder(folder);
  }

  #living(record: ChildRecord): ProcessIdentity | undefined {
    const { bootId, isAlive, findByEnvironment } = this.#deps;
    if (record.bootId !== bootId) return undefined;
    if (record.process === undefined) return findByEnvironment(SPAWN_ID_VARIABLE, record.spawnId);
    return isAlive(record.process) ? record.process : undefined;
  }

  #append(record: Omit<ChildRecord, "bootId">, truncate: boolean): void {
    const file = this.#deps.files.openLog(this.#path(record), { mode: 0o600, truncate });
    try {
      // The line feed comes first: a line that a full disk has torn stays a line of its own.
      file.write(Buffer.from(`\n${JSON.stringify({ ...record, bootId: this.#deps.bootId })}`));
    } finally {
      file.close();
    }
  }

  #path(key: ProcessKey): string {
    return `${this.#deps.folder}/${processFileName(key)}${SUFFIX}`;
  }
}

export type ProcessKey = Pick<ProcessConfig, "group" | "name">;

/** Neither a group nor a process may have a colon or a slash in its name, so this is one name for one process. */
export function processFileName({ group, name }: ProcessKey): string {
  return `${group}:${name}`;
}

const SUFFIX = ".child.json";

/** @returns undefined when no line is a record; only this program writes here */
function lastRecord(text: string): ChildRecord | undefined {
  return text
    .split("\n")
    .map(parseRecord)
    .findLast((record) => record !== undefined);
}

function parseRecord(line: string): ChildRecord | undefined {
  try {
    const record = JSON.parse(line) as ChildRecord;
    return typeof record.spawnId === "string" && typeof record.config?.command === "string" ? record : undefined;
  } catch {
    return undefined;
  }
}
