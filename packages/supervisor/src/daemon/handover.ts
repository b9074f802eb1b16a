/**
 * What one program of supervisord tells the next, which takes its place in the same process: what is left of the programs
 * that have no child. Those that have one are in their records.
 *
 * On disk: a file in the folder of the children, written by the last act of the one and removed by the other when it is up.
 */
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import { type ProcessKey, processFileName } from "../process/child-records.ts";
import type { RunHistory } from "../process/run-history.ts";
import { isRunning, type ProcessState, pidOf } from "../process/state.ts";

/** A process that does not run, as it was left. */
export interface LeftProcess {
  readonly state: Extract<ProcessState, { readonly name: "STOPPED" | "EXITED" | "FATAL" }>;
  readonly history: RunHistory;
}

/** A process as the daemon knows it that goes. */
export interface HandedOver {
  readonly config: ProcessKey;
  readonly state: ProcessState;
  readonly history: RunHistory;
}

export interface HandoverFile {
  readonly bootId: string;
  /** Only these are started with the new daemon; all others stay as they are left. */
  readonly toStart: readonly string[];
  readonly left: Readonly<Record<string, LeftProcess>>;
}

export class Handover {
  readonly #file: HandoverFile | undefined;
  readonly #left: Map<string, LeftProcess>;

  constructor(file: HandoverFile | undefined) {
    this.#file = file;
    this.#left = new Map(Object.entries(file?.left ?? {}));
  }

  /** Whether there was one: then a child that has ended meanwhile has to be told of. */
  get isThere(): boolean {
    return this.#file !== undefined;
  }

  /** For the process that goes on with it; another of that name, later, begins anew. */
  take(key: ProcessKey): LeftProcess | undefined {
    const name = processFileName(key);
    const left = this.#left.get(name);
    this.#left.delete(name);
    return left;
  }

  /** undefined: nothing is known of it. */
  wantsStart(key: ProcessKey): boolean | undefined {
    const name = processFileName(key);
    if (this.#file?.toStart.includes(name)) return true;
    return this.#file?.left[name] === undefined ? undefined : false;
  }
}

export interface HandoverPlace {
  readonly files: Pick<SyncFiles, "readText" | "replace" | "remove">;
  /** Of the children. */
  readonly folder: string;
  readonly bootId: string;
}

/** Of a daemon that was killed before it had read it, or that was left by one before a boot, it is of no use. */
export function readHandover({ files, folder, bootId }: HandoverPlace): Handover {
  const text = files.readText(`${folder}/${FILE}`);
  const file = text === undefined ? undefined : (JSON.parse(text) as HandoverFile);
  return new Handover(file?.bootId === bootId ? file : undefined);
}

export function writeHandover(processes: Iterable<HandedOver>, { files, folder, bootId }: HandoverPlace): void {
  const toStart: string[] = [];
  const left: Record<string, LeftProcess> = {};
  for (const { config, state, history } of processes) {
    const name = processFileName(config);
    if (pidOf(state) !== undefined) continue;
    if (isRunning(state) || (state.name === "FATAL" && state.willRetry === true)) toStart.push(name);
    else if (state.name === "STOPPED" || state.name === "EXITED" || state.name === "FATAL")
      left[name] = { state, history };
  }
  files.replace(`${folder}/${FILE}`, JSON.stringify({ bootId, toStart, left } satisfies HandoverFile), 0o600);
}

export function removeHandover({ files, folder }: Pick<HandoverPlace, "files" | "folder">): void {
  files.remove(`${folder}/${FILE}`);
}

const FILE = "handover.json";
