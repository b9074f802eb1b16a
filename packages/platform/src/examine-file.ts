import { accessSync, constants, statSync } from "node:fs";

/** What a file is to somebody who wants to execute it. */
export function examineExecutable(
  path: string,
): "missing" | "folder" | "not-executable" | "not-permitted" | "executable" {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return "folder";
    if ((stats.mode & 0o111) === 0) return "not-executable";
  } catch {
    return "missing";
  }
  try {
    accessSync(path, constants.X_OK);
    return "executable";
  } catch {
    return "not-permitted";
  }
}
