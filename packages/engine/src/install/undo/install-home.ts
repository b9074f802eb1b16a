import { bytePath, type ExactFiles } from "@gateway-engine/core/exact-files";
import type { Files } from "@gateway-engine/core/files";
import type { Change } from "./change.ts";
import { CHANGE_FOLDERS } from "./change-places.ts";
import type { Layer } from "./layer-plan.ts";

/** What is known of the layers of an install. */
export interface LayerRecord {
  readonly layers: readonly Layer[];
  /** Writable mounts that are not layered. */
  readonly unlayered: readonly string[];
}

/**
 * The folder in which the engine keeps what it needs to take an install back.
 *
 * `plan`: what `layered` does. `layers.json`: the record of it. `began` and `ended`: their times are those of the script's start
 * and end. `listing.jsonl`: the names that were there before, of a script that works on the files themselves.
 * `changes.jsonl`: what the script changed; there, whole and on disk, as soon as that is known. `root/`: a layer, for the mount
 * that the folder is on.
 */
export class InstallHome {
  readonly path: string;
  readonly planFile: string;
  readonly listingFile: string;
  readonly #files: Files;
  readonly #exactFiles: ExactFiles;

  constructor(path: string, files: Files, exactFiles: ExactFiles) {
    this.path = path;
    this.planFile = `${path}/plan`;
    this.listingFile = `${path}/listing.jsonl`;
    this.#files = files;
    this.#exactFiles = exactFiles;
  }

  /** Notes when the script begins; a script that begins again has begun before. */
  async mark(): Promise<void> {
    await this.#files.makeFolder(this.path, 0o700);
    if ((await this.#files.stat(this.#mark)) === undefined) await this.#files.writeAtomic(this.#mark, "", 0o600);
  }

  /** Notes that the script, or a further run of it, has ended. */
  async markEnd(): Promise<void> {
    await this.#files.writeAtomic(this.#endMark, "", 0o600);
  }

  /** When the script ended; undefined when it was cut off. */
  async ended(): Promise<bigint | undefined> {
    return (await this.#exactFiles.stat(bytePath(this.#endMark)))?.changed;
  }

  /** When the script began, in nanoseconds since 1970; undefined when it did not. */
  async began(): Promise<bigint | undefined> {
    return (await this.#exactFiles.stat(bytePath(this.#mark)))?.changed;
  }

  async writeRecord(record: LayerRecord): Promise<void> {
    await this.#files.writeAtomic(this.#record, JSON.stringify(record), 0o600);
  }

  async record(): Promise<LayerRecord> {
    const text = await this.#files.readText(this.#record);
    return text === undefined ? { layers: [], unlayered: [] } : (JSON.parse(text) as LayerRecord);
  }

  async writeChanges(changes: readonly Change[]): Promise<void> {
    const lines = changes.map((change) => `${JSON.stringify(change)}\n`).join("");
    await this.#files.writeAtomic(this.#changes, lines, 0o600);
  }

  /** @returns undefined when they are not known */
  async changes(): Promise<readonly Change[] | undefined> {
    const text = await this.#files.readText(this.#changes);
    const lines = text?.split("\n").filter((line) => line !== "");
    return lines?.map((line) => JSON.parse(line) as Change);
  }

  /** Removes everything, but for files of somebody else that were kept. @param kept those too */
  async remove({ kept }: { readonly kept: "too" | "not" }): Promise<void> {
    const files = this.#exactFiles;
    let keeps = false;
    for (const { home } of (await this.record()).layers.map(({ home }) => ({ home: bytePath(home) }))) {
      for (const name of ["upper", "work", ...CHANGE_FOLDERS]) await files.remove(`${home}/${name}`);
      if (kept === "not" && (await files.stat(`${home}/kept`)) !== undefined) keeps = true;
      else await this.#removeLayer(home);
    }
    if (!keeps) return files.remove(bytePath(this.path));
    const own = [this.#mark, this.#endMark, this.listingFile, this.planFile, this.#changes, `${this.path}/merged`];
    for (const file of own) await files.remove(bytePath(file));
  }

  /** On another mount, with the folder that holds the layers of installs there. */
  async #removeLayer(home: string): Promise<void> {
    await this.#exactFiles.remove(home);
    if (!home.startsWith(`${bytePath(this.path)}/`)) {
      await this.#exactFiles.removeEmptyFolder(home.slice(0, home.lastIndexOf("/")));
    }
  }

  get #mark(): string {
    return `${this.path}/began`;
  }

  get #endMark(): string {
    return `${this.path}/ended`;
  }

  get #record(): string {
    return `${this.path}/layers.json`;
  }

  get #changes(): string {
    return `${this.path}/changes.jsonl`;
  }
}
