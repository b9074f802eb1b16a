/**
 * Files, as far as a service may know of them. Paths are absolute.
 *
 * Failures are StorageErrors that name the file.
 */
export interface Files {
  /** @returns the content, or undefined when there is no such file */
  readText(path: string): Promise<string | undefined>;
  readBytes(path: string): Promise<Uint8Array | undefined>;
  /** Replaces the file so that a power cut leaves the old or the new content, never a mix: temporary file, fsync, rename, fsync of the folder. Makes missing folders. */
  writeAtomic(path: string, content: string | Uint8Array, mode: number): Promise<void>;
  /** Opens for appending at `offset` (the rest is cut off), making it if needed. Used for downloads that resume. */
  openForAppend(path: string, offset: number): Promise<AppendableFile>;
  /** The bytes of a file, or of a part of it, piece by piece. */
  stream(path: string, part?: FilePart): AsyncIterable<Uint8Array>;
  /**
   * Reads a part of a file in one go and in little memory, as for a digest. A file that ends sooner is read to its end.
   *
   * @param take is given one piece after the other, each in the same memory: its bytes count only during the call. What it throws ends the reading
   */
  readThrough(path: string, part: FilePart, take: (piece: Uint8Array) => void): Promise<void>;
  makeFolder(path: string, mode?: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a whole folder; that it is missing is no error. */
  remove(path: string): Promise<void>;
  /** Makes the entries of a folder durable (fsync of the folder). */
  syncFolder(path: string): Promise<void>;
  /** @returns undefined when there is nothing at `path`; links are not followed */
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  /** Bytes that an ordinary user may still write on the file system that holds `path`. */
  freeBytes(path: string): Promise<number>;
}

/** What building and unpacking whole folders needs besides. */
export interface TreeFiles extends Files {
  /** Makes a new file and writes `content` into it; it is on disk when the call returns. A file that is there already is an error. */
  writeNew(path: string, content: AsyncIterable<Uint8Array>, mode: number): Promise<void>;
  /** The same, but only `syncAll` brings it to the disk. */
  writeUnsynced(path: string, content: AsyncIterable<Uint8Array>, mode: number): Promise<void>;
  /** Makes files and folders durable, all of which lie in `folder`: each in turn, or, when they are many, their whole file system. */
  syncAll(folder: string, paths: readonly string[]): Promise<void>;
  makeSymlink(path: string, target: string): Promise<void>;
  makeHardLink(path: string, existing: string): Promise<void>;
  /** @returns where the symbolic link at `path` points, as it is written */
  readLink(path: string): Promise<string>;
  setMode(path: string, mode: number): Promise<void>;
}

export interface AppendableFile {
  append(chunk: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Positions of the first and the last byte, counted from 0. */
export interface FilePart {
  readonly first: number;
  readonly last: number;
}

export interface FileStat {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** Permission bits, for example 0o755. */
  readonly mode: number;
  readonly modifiedAt: number;
}
