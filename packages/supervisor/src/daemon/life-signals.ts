import type { Ending } from "./daemon.ts";

/** What signals do to a daemon. */
export interface SignalledDaemon {
  endBecauseOf(signal: string, ending: Ending): void;
  reopenLogs(signal: string): void;
}

export type HandledSignal = "SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR2";

/** Hands the signals of the process to the daemon that lives at the moment; a wish to end waits for one that is just beginning. */
export class LifeSignals {
  #living: SignalledDaemon | undefined;
  #waiting: string | undefined;

  constructor(listen: (signal: HandledSignal, act: () => void) => void) {
    for (const name of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) listen(name, () => this.#end(name));
    listen("SIGHUP", () => this.#living?.endBecauseOf("SIGHUP", "RESTARTING"));
    listen("SIGUSR2", () => this.#living?.reopenLogs("SIGUSR2"));
  }

  /** @param daemon undefined between two of them */
  goTo(daemon: SignalledDaemon | undefined): void {
    this.#living = daemon;
    if (this.#waiting !== undefined) daemon?.endBecauseOf(this.#waiting, "SHUTDOWN");
  }

  #end(signal: string): void {
    if (this.#living === undefined) this.#waiting = signal;
    else this.#living.endBecauseOf(signal, "SHUTDOWN");
  }
}
