/** Whether files that a program holds open can still be found where it opened them. */
import { statSync } from "node:fs";

/** @returns tells whether at each of `paths` lies what lay there at this call */
export function sameFiles(paths: readonly string[]): () => boolean {
  const opened = paths.map(identityOf);
  return () => paths.every((path, index) => identityOf(path) === opened[index]);
}

/** An inode is not given to another file as long as somebody has the first one open. */
function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return "none";
  }
}
