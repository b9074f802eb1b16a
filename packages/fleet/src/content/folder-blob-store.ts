import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { UsageError } from "@gateway-engine/core/errors";
import type { FilePart, Files } from "@gateway-engine/core/files";
import type { Random } from "@gateway-engine/core/random";
import type { BlobStore, ReceivedBlob } from "./blob-store.ts";

/** Blobs as files `<folder>/<first two digits>/<sha256>`; what is being received is in `<folder>/incoming`. */
export class FolderBlobStore implements BlobStore {
  readonly #folder: string;
  readonly #files: Files;
  readonly #random: Random;

  constructor(folder: string, files: Files, random: Random) {
    this.#folder = folder;
    this.#files = files;
    this.#random = random;
  }

  /** Makes the folder, and drops what an earlier run had not received to the end. */
  async open(): Promise<void> {
    await this.#files.remove(this.#incoming());
    await this.#files.makeFolder(this.#incoming(), 0o700);
    await this.#files.syncFolder(this.#folder);
  }

  async receive(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<ReceivedBlob> {
    const temporary = join(this.#incoming(), Buffer.from(this.#random.bytes(16)).toString("hex"));
    try {
      const { sha256, size } = await this.#write(temporary, bytes, limit);
      return { sha256, size, keep: () => this.#keep(temporary, sha256) };
    } catch (error) {
      await this.#files.remove(temporary);
      throw error;
    }
  }

  async has(sha256: string): Promise<boolean> {
    return (await this.#files.stat(this.#path(sha256))) !== undefined;
  }

  read(sha256: string, part?: FilePart): AsyncIterable<Uint8Array> {
    return this.#files.stream(this.#path(sha256), part);
  }

  async remove(sha256: string): Promise<void> {
    await this.#files.remove(this.#path(sha256));
  }

  async *list(): AsyncIterable<string> {
    for (const shelf of await this.#files.list(this.#folder)) {
      if (/^[0-9a-f]{2}$/.test(shelf)) yield* await this.#files.list(join(this.#folder, shelf));
    }
  }

  async #write(
    path: string,
    bytes: AsyncIterable<Uint8Array>,
    limit: number,
  ): Promise<{ readonly sha256: string; readonly size: number }> {
    const hash = createHash("sha256");
    let size = 0;
    const file = await this.#files.openForAppend(path, 0);
    try {
      for await (const chunk of bytes) {
        size += chunk.length;
        if (size > limit) throw new UsageError("E_TOO_LARGE", { what: "the content", limit });
        hash.update(chunk);
        await file.append(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return { sha256: hash.digest("hex"), size };
  }

  async #keep(temporary: string, sha256: string): Promise<void> {
    const path = this.#path(sha256);
    await this.#files.makeFolder(dirname(path), 0o700);
    await this.#files.rename(temporary, path);
    await this.#files.syncFolder(dirname(path));
    await this.#files.syncFolder(this.#folder);
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }

  #incoming(): string {
    return join(this.#folder, "incoming");
  }
}
