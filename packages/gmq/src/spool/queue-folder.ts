import type { TreeFiles } from "@gateway-engine/core/files";

/** The queue holds CIKs: whoever made its folder, it is for its owner alone. */
export async function openQueueFolder(
  files: Pick<TreeFiles, "makeFolder" | "setMode">,
  queueDir: string,
): Promise<void> {
  await files.makeFolder(queueDir, 0o700);
  await files.setMode(queueDir, 0o700);
}
