import { type FileHandle, open, stat } from "node:fs/promises";
import { StorageError } from "@gateway-engine/core/errors";
import { errnoCode, errnoReason } from "./errno.ts";

/**
 * Reads what is appended to a file, as `tail -F` does: when another file has taken its name, the old one is read to its
 * end before the new one is begun; when it was emptied, it is read from its beginning. The file need not be there yet.
 */
export class TailedFile {
  readonly #path: string;
  #file: FileHandle | undefined;
  #position: number;

  /** @param position in bytes, of the file that is there now; what stands before it is taken as read */
  constructor(path: string, position: number) {
    this.#path = path;
    this.#position = position;
  }

  /** What has come since the last call, piece by piece. @throws StorageError E_FILE_READ */
  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      // Looked at before the reading: what is appended to the old file until it is renamed is not missed.
      const current = await this.#guarded(() => identityOf(this.#path));
      this.#file ??= await this.#guarded(() => openIfPresent(this.#path));
      if (this.#file === undefined) return;
      const opened = await this.#file.stat({ bigint: true });
      if (Number(opened.size) < this.#position) this.#position = 0;
      yield* this.#rest(this.#file);
      if (current === undefined || current === `${opened.dev}:${opened.ino}`) return;
      await this.close();
      this.#position = 0;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async *#rest(file: FileHandle): AsyncGenerator<Uint8Array> {
    const memory = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await this.#guarded(() => file.read(memory, 0, PIECE_BYTES, this.#position));
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      yield memory.slice(0, bytesRead);
    }
  }

  async #guarded<Value>(read: () => Promise<Value>): Promise<Value> {
    try {
      return await read();
    } catch (cause) {
      throw new StorageError("E_FILE_READ", { file: this.#path, reason: errnoReason(cause) }, { cause });
    }
  }
}

const PIECE_BYTES = 65_536;

async function identityOf(path: string): Promise<string | undefined> {
  return ifPresent(async () => {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  });
}

function openIfPresent(path: string): Promise<FileHandle | undefined> {
  return ifPresent(() => open(path, "r"));
}

async function ifPresent<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (errnoCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
