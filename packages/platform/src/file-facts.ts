/** What somebody who looks into trouble wants to know of a file or of the file system that it lies in. */
import { access, constants, stat, statfs } from "node:fs/promises";

export interface FileOwner {
  readonly uid: number;
  /** Whether it is whoever runs this program. */
  readonly isUs: boolean;
}

/** @returns undefined when there is no such file, or it cannot be looked at */
export async function ownerOf(path: string): Promise<FileOwner | undefined> {
  try {
    const { uid } = await stat(path);
    return { uid, isUs: uid === process.geteuid?.() };
  } catch {
    return undefined;
  }
}

export interface Inodes {
  readonly total: number;
  readonly free: number;
}

/** @returns undefined for a file system that does not count them, or cannot be asked */
export async function inodesOf(path: string): Promise<Inodes | undefined> {
  try {
    const { files, ffree } = await statfs(path);
    return files === 0 ? undefined : { total: files, free: ffree };
  } catch {
    return undefined;
  }
}

/** Whether we may make files in a folder, on a file system that takes them. */
export async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
