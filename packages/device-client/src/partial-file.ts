/**
 * The part of a download that is here already: `<destination>.part`, and `<destination>.part.json`, which says of what it is a part.
 *
 * The note is written before the first byte, and its `kept` never says more than is durably in the part, so that after a power
 * cut a tail that the file system lost, or filled with zeros, is cut off and fetched again.
 */
import { createHash, type Hash } from "node:crypto";
import { dirname } from "node:path";
import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import type { AppendableFile, Files } from "@gateway-engine/core/files";

/** Tells one content from a later one under the same id. */
export interface ContentVersion {
  /** Bytes. */
  readonly size: number;
  readonly updated: string;
}

/** What a power cut or a kill may cost over a slow line: so many bytes, or what comes within so many milliseconds. */
export const CHECKPOINT_BYTES: number = 262_144;
const CHECKPOINT_MS = 200;

/** On a slow disk a fifth of the time goes into checkpoints, and not more. */
const PAUSE_PER_COST = 4;

/** What it may cost over a fast line, where it is fetched again in no time. */
export const MAX_UNSAVED_BYTES: number = 8 * 1_048_576;

export interface Unsaved {
  readonly bytes: number;
  /** Since the last checkpoint. */
  readonly sinceMs: number;
  /** What that one took: it waits for the disk three times. */
  readonly costMs: number;
}

export function isCheckpointDue({ bytes, sinceMs, costMs }: Unsaved): boolean {
  if (bytes >= MAX_UNSAVED_BYTES) return true;
  return bytes >= CHECKPOINT_BYTES && sinceMs >= Math.max(CHECKPOINT_MS, PAUSE_PER_COST * costMs);
}

export interface PartialFileDeps {
  readonly files: Files;
  readonly clock: Pick<Clock, "monotonic">;
}

export class PartialFile {
  readonly #files: Files;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #destination: string;
  readonly #version: ContentVersion;
  #file: AppendableFile;
  #hash: Hash;
  #length: number;
  #kept: number;
  #keptAt: MonotonicMs;
  #costMs = 0;

  /** Takes up the part that is there if it is one of `version`; otherwise begins an empty one. */
  static async open(deps: PartialFileDeps, destination: string, version: ContentVersion): Promise<PartialFile> {
    const { files } = deps;
    const kept = await keptLength(files, destination, version);
    const hash = createHash("sha256");
    let rest = kept;
    if (rest > 0) {
      for await (const chunk of files.stream(partPath(destination))) {
        hash.update(chunk.subarray(0, rest));
        rest -= Math.min(rest, chunk.length);
        if (rest === 0) break;
      }
    }
    await writeNote(files, destination, { ...version, kept });
    const file = await files.openForAppend(partPath(destination), kept);
    return new PartialFile({ ...deps, destination, version, file, hash, kept });
  }

  private constructor(parts: {
    readonly files: Files;
    readonly clock: Pick<Clock, "monotonic">;
    readonly destination: string;
    readonly version: ContentVersion;
    readonly file: AppendableFile;
    readonly hash: Hash;
    readonly kept: number;
  }) {
    this.#files = parts.files;
    this.#clock = parts.clock;
    this.#destination = parts.destination;
    this.#version = parts.version;
    this.#file = parts.file;
    this.#hash = parts.hash;
    this.#length = parts.kept;
    this.#kept = parts.kept;
    this.#keptAt = parts.clock.monotonic();
  }

  /** Bytes that are here. */
  get length(): number {
    return this.#length;
  }

  /** SHA-256 of these bytes, in lower-case hexadecimal digits. */
  sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#file.append(chunk);
    this.#hash.update(chunk);
    this.#length += chunk.length;
    const sinceMs = this.#clock.monotonic() - this.#keptAt;
    const unsaved = { bytes: this.#length - this.#kept, sinceMs, costMs: this.#costMs };
    if (isCheckpointDue(unsaved)) await this.#checkpoint();
  }

  /** Throws the bytes away and begins at 0. */
  async restart(): Promise<void> {
    await this.#file.close();
    await writeNote(this.#files, this.#destination, { ...this.#version, kept: 0 });
    this.#file = await this.#files.openForAppend(partPath(this.#destination), 0);
    this.#hash = createHash("sha256");
    this.#length = 0;
    this.#kept = 0;
  }

  /** Makes the part the destination, durably. Nothing else may be called afterwards. */
  async finish(): Promise<void> {
    try {
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
    await this.#files.rename(partPath(this.#destination), this.#destination);
    await this.#files.syncFolder(dirname(this.#destination));
    await this.#files.remove(notePath(this.#destination));
  }

  /** Keeps the part for a later try. */
  async keep(): Promise<void> {
    try {
      await this.#checkpoint();
    } finally {
      await this.#file.close();
    }
  }

  /** Removes the part. */
  async discard(): Promise<void> {
    await this.#file.close();
    await this.#files.remove(partPath(this.#destination));
    await this.#files.remove(notePath(this.#destination));
  }

  async #checkpoint(): Promise<void> {
    if (this.#length === this.#kept) return;
    const begun = this.#clock.monotonic();
    await this.#file.sync();
    await writeNote(this.#files, this.#destination, { ...this.#version, kept: this.#length });
    this.#kept = this.#length;
    this.#keptAt = this.#clock.monotonic();
    this.#costMs = this.#keptAt - begun;
  }
}

interface Note extends ContentVersion {
  /** Bytes that are durably in the part. */
  readonly kept: number;
}

function partPath(destination: string): string {
  return `${destination}.part`;
}

function notePath(destination: string): string {
  return `${destination}.part.json`;
}

async function keptLength(files: Files, destination: string, version: ContentVersion): Promise<number> {
  const note = parseNote((await files.readText(notePath(destination))) ?? "");
  if (note === undefined || note.size !== version.size || note.updated !== version.updated) return 0;
  const part = await files.stat(partPath(destination));
  return Math.min(note.kept, part?.size ?? 0, version.size);
}

async function writeNote(files: Files, destination: string, note: Note): Promise<void> {
  await files.writeAtomic(notePath(destination), `${JSON.stringify(note)}\n`, 0o600);
}

/** @returns undefined for a text that `writeNote` did not write */
function parseNote(text: string): Note | undefined {
  try {
    const { size, updated, kept } = JSON.parse(text) as Partial<Record<keyof Note, unknown>>;
    const sound = Number.isSafeInteger(size) && Number.isSafeInteger(kept) && typeof updated === "string";
    return sound ? { size: Number(size), updated, kept: Math.max(0, Number(kept)) } : undefined;
  } catch {
    return undefined;
  }
}
