/**
 * What is on disk about the children that run, so that the next daemon finds them after ours was killed.
 *
 * A record is written before a child is made (then it holds only the child's mark), again when its pid is known, and
 * removed when its end was seen. So at every instant a living child has a record. Records need to survive our process,
 * not the machine: after a boot none of these children can be alive, and the boot id tells.
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

/** It was told to stop; or its daemon ended, and the next one starts what `autostart` says. */
export type StopWish = "stay-stopped" | "autostart";

/** A child of an earlier daemon that is alive. */
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

  write(record: Omit<ChildRecord, "bootId">): void {
    const text = JSON.stringify({ ...record, bootId: this.#deps.bootId });
    this.#deps.files.replace(this.#path(record), text, 0o600);
  }

  remove(key: ProcessKey): void {
    this.#deps.files.remove(this.#path(key));
  }

  /** Those that are still alive; the records of all others are removed. */
  survivors(): readonly Survivor[] {
    const { files, folder } = this.#deps;
    const found: Survivor[] = [];
    for (const name of files.list(folder).filter((entry) => entry.endsWith(SUFFIX))) {
      const record = parseRecord(files.readText(`${folder}/${name}`));
      const process = record === undefined ? undefined : this.#living(record);
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

/** @returns undefined for what is not a record; only this program writes here, and it replaces files whole */
function parseRecord(text: string | undefined): ChildRecord | undefined {
  try {
    const record = JSON.parse(text ?? "") as ChildRecord;
    return typeof record.spawnId === "string" && typeof record.config?.command === "string" ? record : undefined;
  } catch {
    return undefined;
  }
}
