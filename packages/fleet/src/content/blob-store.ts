import type { FilePart } from "@gateway-engine/core/files";

/** Bytes under their own SHA-256 (hexadecimal): what is the same is stored once, and never changes. */
export interface BlobStore {
  /**
   * Takes bytes in. Nothing can be seen of them before `keep()`, after which they are on disk.
   *
   * @throws UsageError E_TOO_LARGE over `limit` bytes, and whatever `bytes` throws; then nothing is left behind
   */
  receive(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<ReceivedBlob>;
  has(sha256: string): Promise<boolean>;
  read(sha256: string, part?: FilePart): AsyncIterable<Uint8Array>;
  remove(sha256: string): Promise<void>;
  list(): AsyncIterable<string>;
}

export interface ReceivedBlob {
  readonly sha256: string;
  readonly size: number;
  keep(): Promise<void>;
}
