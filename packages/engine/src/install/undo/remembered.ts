/** What is in the undo folder: a folder for each install that may have to be taken back, and the lists of what applications own. */
import type { Files } from "@gateway-engine/core/files";

export function ownedFolder(undoDir: string): string {
  return `${undoDir}/${OWNED}`;
}

/** The installs of which anything is still there. */
export async function rememberedInstalls(files: Pick<Files, "list">, undoDir: string): Promise<readonly string[]> {
  return (await files.list(undoDir)).filter((name) => name !== OWNED);
}

const OWNED = "owned";
