/** `log_rotate = daily`: whether a log has text of an earlier day, by local time. */
import type { Timestamp } from "@gateway-engine/core/clock";

export class DayChange {
  readonly #now: () => Timestamp;
  #end: Timestamp = Number.POSITIVE_INFINITY;

  constructor(now: () => Timestamp) {
    this.#now = now;
  }

  /** What is written from now on belongs to the day of this moment; without one, to today. */
  begin(at: Timestamp = this.#now()): void {
    this.#end = endOfDay(at);
  }

  hasPassed(): boolean {
    return this.#now() >= this.#end;
  }
}

/** The next midnight, or the first moment of the next day where clocks leave midnight out. */
export function endOfDay(at: Timestamp): Timestamp {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}
