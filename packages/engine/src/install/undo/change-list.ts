import type { Files } from "@gateway-engine/core/files";
import type { Change } from "./change.ts";

/** Stores a list of changes, one JSON object a line; it is there, whole and on disk, or not there at all. */
export async function writeChangeList(files: Files, path: string, changes: readonly Change[]): Promise<void> {
  await files.writeAtomic(path, changes.map((change) => `${JSON.stringify(change)}\n`).join(""), 0o600);
}

/** @returns undefined when there is none */
export async function readChangeList(files: Files, path: string): Promise<readonly Change[] | undefined> {
  const text = await files.readText(path);
  return text
    ?.split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Change);
}
