import type { InstallProgress } from "@gateway-engine/protocol/local-control";

export type ProgressListener = (install: string, progress: InstallProgress) => void;

/** Tells who wants to watch how installs go on. */
export class ProgressHub {
  readonly #listeners = new Set<ProgressListener>();

  /** @returns what ends the subscription */
  subscribe(listener: ProgressListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(install: string, progress: InstallProgress): void {
    for (const listener of this.#listeners) listener(install, progress);
  }
}
