/** Sees the end of a process that is not our child: the kernel tells only its parent. */
import type { ProcessIdentity } from "@gateway-engine/core/children";
import type { Clock, Timer } from "@gateway-engine/core/clock";

export interface AdoptionWatchDeps {
  readonly clock: Clock;
  readonly isAlive: (process: ProcessIdentity) => boolean;
}

/** Looks once a second, and closely for a while after a hint that the end may be near. */
export class AdoptionWatch {
  readonly #process: ProcessIdentity;
  readonly #deps: AdoptionWatchDeps;
  readonly #onGone: () => void;
  #timer: Timer | undefined;
  #closeLooks = 0;

  constructor(process: ProcessIdentity, deps: AdoptionWatchDeps, onGone: () => void) {
    this.#process = process;
    this.#deps = deps;
    this.#onGone = onGone;
    this.#look();
  }

  /** Its pipe was closed, or it was sent a signal. */
  hint(): void {
    this.#closeLooks = CLOSE_LOOKS;
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  readonly #look = (): void => {
    this.#timer?.cancel();
    const pause = this.#closeLooks > 0 ? CLOSE_LOOK_MS : LOOK_MS;
    this.#closeLooks = Math.max(0, this.#closeLooks - 1);
    const found = this.#deps.isAlive(this.#process);
    this.#timer = this.#deps.clock.after(found ? pause : 0, found ? this.#look : this.#onGone);
  };
}

const LOOK_MS = 1000;
const CLOSE_LOOK_MS = 20;
const CLOSE_LOOKS = 50;
