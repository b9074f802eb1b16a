/** What the daemon is about, and the configuration that it read last. */
import type { SupervisordConfig } from "../config/model.ts";

/** supervisor's names and numbers. */
export const MOOD_CODES = { RUNNING: 1, RESTARTING: 0, SHUTDOWN: -1 } as const;
export type Mood = keyof typeof MOOD_CODES;

export class DaemonState {
  #mood: Mood = "RUNNING";
  /** The last one that could be read; the active groups may still be those of an earlier one. */
  config: SupervisordConfig;

  constructor(config: SupervisordConfig) {
    this.config = config;
  }

  get mood(): Mood {
    return this.#mood;
  }

  get isRunning(): boolean {
    return this.#mood === "RUNNING";
  }

  /** A restart may still become a shutdown, not the other way round. @returns whether this changed anything */
  end(mood: "RESTARTING" | "SHUTDOWN"): boolean {
    if (this.#mood === mood || this.#mood === "SHUTDOWN") return false;
    this.#mood = mood;
    return true;
  }
}
