import { basename } from "node:path";
import type { InstallProgress } from "@gateway-engine/protocol/local-control";
import type { Journal } from "../journal/journal.ts";
import type { ProgressHub } from "./progress.ts";

export interface LocalInstallDeps {
  readonly journal: Pick<Journal, "receiveLocal">;
  readonly progress: ProgressHub;
  /** Installs wait in the journal. */
  readonly onInstalls: () => void;
}

/**
 * Orders package files that lie on the gateway, and watches them being installed.
 *
 * @param packages absolute paths
 * @returns when each has ended
 */
export async function installLocally(
  { journal, progress, onInstalls }: LocalInstallDeps,
  packages: readonly string[],
  onProgress: (progress: InstallProgress) => void,
): Promise<void> {
  const pending = new Set(
    journal.receiveLocal(packages.map((source) => ({ verb: "install", name: basename(source), source }))),
  );
  await new Promise<void>((resolve) => {
    const unsubscribe = progress.subscribe((install, step) => {
      if (!pending.has(install.id)) return;
      onProgress(step);
      if (step.kind === "done") pending.delete(install.id);
      if (pending.size > 0) return;
      unsubscribe();
      resolve();
    });
    onInstalls();
  });
}
