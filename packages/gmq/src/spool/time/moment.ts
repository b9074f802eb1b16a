/** A moment, as the machine's clocks show it. All times are in microseconds. */
import { EARLIEST_TIME } from "@gateway-engine/core/version";

export interface Moment {
  readonly boot: string;
  readonly sinceBoot: number;
  /** Since 1970. */
  readonly wall: number;
}

/** A moment whose `wall` is the time as it is, as far as anybody knows. */
export interface Truth extends Moment {
  /** Nobody knows. */
  readonly isGuess: boolean;
}

/** Whether the wall clock can be right: a machine without a battery begins in 1970 or when its software was built. */
export function isSet({ wall }: Moment): boolean {
  return wall >= EARLIEST_TIME * 1000;
}

/** What the wall clock showed, or would have shown, when the boot began. It changes only when the clock is set. */
export function clockOffset({ wall, sinceBoot }: Moment): number {
  return wall - sinceBoot;
}
