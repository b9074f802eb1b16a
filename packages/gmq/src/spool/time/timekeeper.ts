/** Tells the time for messages: when they were accepted, and the queue's own time. All times are in microseconds. */
import type { Boot } from "@gateway-engine/core/boot";
import type { Clock } from "@gateway-engine/core/clock";
import type { Logger } from "@gateway-engine/core/logger";
import { type ClockState, goesOn, watch } from "./clock-watch.ts";
import type { Era } from "./era.ts";
import type { StoredTimes } from "./era-rows.ts";
import { isSet, type Moment } from "./moment.ts";
import { resume, type SavedTime } from "./queue-time.ts";

export interface TimekeeperDeps {
  readonly clock: Clock;
  readonly boot: Boot;
  readonly log: Logger;
  /** Keeps that the time is known; times of eras before can be corrected. */
  readonly settle: (truth: Moment) => void;
}

export interface Reading {
  /** Since 1970, as the clock shows it. */
  readonly wall: number;
  /** Undefined: the clock is set. */
  readonly era: Era | undefined;
  readonly queueTime: number;
}

export class Timekeeper {
  readonly #deps: TimekeeperDeps;
  /** What the queue's time was when the machine started, or would have been. */
  readonly #queueTimeAtBoot: number;
  #state: ClockState;

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
      if (effect.kind === "known") this.#deps.settle(effect.truth);
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

  /** The moment as it is when the time is `wall`, which somebody else knows. */
  truth(wall: number): Moment {
    return { ...this.moment(), wall };
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
