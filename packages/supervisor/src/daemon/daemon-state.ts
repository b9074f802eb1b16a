/** What the daemon is about, and the configuration that it read last. */
import type { SupervisordConfig } from "../config/model.ts";

/** supervisor's names and numbers, and one that is ours: another release of supervisord takes its place. */
export const MOOD_CODES = { RUNNING: 1, RESTARTING: 0, REPLACING: 0, SHUTDOWN: -1 } as const;
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

  /** Programs that end are started again; not by a daemon that ends them. */
  get maySupervise(): boolean {
    return this.#mood === "RUNNING" || this.#mood === "REPLACING";
  }

  /** A restart may still become a shutdown, not the other way round. @returns whether this changed anything */
  end(mood: Exclude<Mood, "RUNNING">): boolean {
    if (this.#mood === mood || this.#mood === "SHUTDOWN") return false;
    this.#mood = mood;
    return true;
  }
}
