/** Tells the time for messages: when they were accepted, and the queue's own time. All times are in microseconds. */
import type { Boot } from "@gateway-engine/core/boot";
import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import type { Logger } from "@gateway-engine/core/logger";
import { EARLIEST_TIME } from "@gateway-engine/core/version";
import { type ClockState, goesOn, watch } from "./clock-watch.ts";
import type { Era } from "./era.ts";
import type { StoredTimes } from "./era-rows.ts";
import { isSet, type Moment, type Truth } from "./moment.ts";
import { resume, type SavedTime } from "./queue-time.ts";

export interface TimekeeperDeps {
  readonly clock: Clock;
  readonly boot: Boot;
  readonly log: Logger;
  /** Keeps that the time is known; times of eras before can be corrected. */
  readonly settle: (truth: Truth) => void;
}

export interface Reading {
  /** Since 1970, as the clock shows it. */
  readonly wall: number;
  /** Undefined: the clock is set. */
  readonly era: Era | undefined;
  readonly queueTime: number;
}

/** So long is waited for the time where nobody tells it, in milliseconds. */
const PATIENCE_MS = 600_000;

export class Timekeeper {
  readonly #deps: TimekeeperDeps;
  /** What the queue's time was when the machine started, or would have been. */
  readonly #queueTimeAtBoot: number;
  #state: ClockState;
  /** When a server was first there that does not tell the time. */
  #untoldSince: MonotonicMs | undefined;

  constructor(stored: StoredTimes, deps: TimekeeperDeps) {
    this.#deps = deps;
    const { saved, lastEra } = stored;
    const now = this.moment();
    this.#queueTimeAtBoot = resume(saved, now) - now.sinceBoot;
    this.#state = {
      last: undefined,
      era: lastEra !== undefined && goesOn(lastEra, now) ? lastEra : undefined,
      knownAt: saved !== undefined && isSet(saved) ? saved.wall : lastEra?.knownAt,
      nextEra: (lastEra?.id ?? 0) + 1,
    };
  }

  read(): Reading {
    const now = this.moment();
    const { state, effects } = watch(this.#state, now);
    this.#state = state;
    for (const effect of effects) {
      if (effect.kind === "known") this.#deps.settle({ ...effect.truth, isGuess: false });
      else this.#deps.log.warn(describeStep(effect.by));
    }
    return { wall: now.wall, era: state.era, queueTime: this.#queueTimeAtBoot + now.sinceBoot };
  }

  /** The clock's milliseconds have the fraction of the monotonic clock's: a clock that is set back does not meet its own times. */
  moment(): Moment {
    const { clock, boot } = this.#deps;
    const monotonic = clock.monotonic();
    return {
      boot: boot.id,
      sinceBoot: Math.floor((boot.offset + monotonic) * 1000),
      wall: clock.now() * 1000 + Math.floor((monotonic % 1) * 1000),
    };
  }

  /** The moment as it is when the time is `wall`, which somebody else knows; the clock's own unless told. */
  truth(wall?: number): Truth {
    const now = this.moment();
    return { ...now, wall: wall ?? now.wall, isGuess: false };
  }

  /**
   * What to take for the truth when a server is there that does not tell it: as if the machine had been started at the last
   * time that was known.
   *
   * @returns undefined while there is hope that somebody sets the clock
   */
  guess(): Truth | undefined {
    const monotonic = this.#deps.clock.monotonic();
    this.#untoldSince ??= monotonic;
    if (monotonic - this.#untoldSince < PATIENCE_MS) return undefined;
    const now = this.moment();
    return { ...now, wall: (this.#state.knownAt ?? EARLIEST_TIME * 1000) + now.sinceBoot, isGuess: true };
  }

  /** To be kept, so that the next run goes on from here. */
  save(): SavedTime {
    const now = this.moment();
    return { ...now, at: this.#queueTimeAtBoot + now.sinceBoot };
  }
}

function describeStep(by: number): string {
  const seconds = Math.round(Math.abs(by) / 1_000_000);
  return `the clock was set ${by < 0 ? "back" : "forward"} by ${seconds} s; data is delivered in its order all the same`;
}
