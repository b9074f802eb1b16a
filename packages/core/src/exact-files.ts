/**
 * Files with everything that tells one from another, for whoever puts a file system back exactly as it was.
 *
 * Paths are bytes, one character each (`latin1`), so that names that are not UTF-8 stay what they are: `bytePath`, `readablePath`.
 * Links are never followed. Failures are StorageErrors that name the file.
 */
export interface ExactFiles {
  /** @returns undefined when there is nothing at `path` */
  stat(path: string): Promise<ExactStat | undefined>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<readonly string[]>;
  /** The same, and which of them are folders: without a look at each. */
  entries(path: string): Promise<readonly ExactEntry[]>;
  /** A second name for anything but a folder, also for a link or a device. */
  link(existing: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** With its missing parents. */
  makeFolder(path: string): Promise<void>;
  /** Removes a file or a whole folder; that it is missing is no error. */
  remove(path: string): Promise<void>;
  /** @returns whether it was empty and is gone */
  removeEmptyFolder(path: string): Promise<boolean>;
  setOwner(path: string, uid: number, gid: number): Promise<void>;
  setMode(path: string, mode: number): Promise<void>;
  /** Everything written so far, in all file systems, is on disk when the call returns. */
  sync(): Promise<void>;
}

export interface ExactEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

export interface ExactStat {
  /** `whiteout` is how a layer says that a file below it is gone; `other` is a device, a FIFO or a socket. */
  readonly kind: "file" | "folder" | "link" | "whiteout" | "other";
  readonly inode: string;
  readonly device: string;
  readonly links: number;
  readonly size: number;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
  /** Of the content or of anything else of the file, its names among it; nobody can set it. */
  readonly changed: bigint;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The path of ExactFiles for a path as everybody else writes it. */
export function bytePath(path: string): string {
  return Array.from(encoder.encode(path), (byte) => String.fromCharCode(byte)).join("");
}

/** A path of ExactFiles for a person; bytes that are not UTF-8 are replaced. */
export function readablePath(path: string): string {
  return decoder.decode(Uint8Array.from(path, (character) => character.charCodeAt(0)));
}
