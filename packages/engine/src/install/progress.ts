import type { FetchProgress, InstallProgress } from "@gateway-engine/protocol/local-control";
import type { Order } from "../journal/orders.ts";

export type ProgressListener = (order: Order, progress: InstallProgress) => void;

/** Tells who wants to watch how orders go on. */
export class ProgressHub {
  readonly #listeners = new Set<ProgressListener>();
  #fetching: { readonly install: string; readonly progress: FetchProgress } | undefined;

  /** @returns what ends the subscription */
  subscribe(listener: ProgressListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(order: Order, progress: InstallProgress): void {
    if (progress.kind === "state") this.#fetching = undefined;
    if (progress.kind === "progress") {
      const { received, total, secondsLeft } = progress;
      this.#fetching = { install: order.id, progress: { received, total, secondsLeft } };
    }
    for (const listener of this.#listeners) listener(order, progress);
  }

  /** How far an install's package has come; undefined when it is not being brought here now. */
  fetchProgressOf(install: string): FetchProgress | undefined {
    return this.#fetching?.install === install ? this.#fetching.progress : undefined;
  }
}
