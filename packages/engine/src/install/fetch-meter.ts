import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import type { FetchProgress } from "@gateway-engine/protocol/local-control";

/** Makes of every chunk that arrives a report now and then, with an estimate from how fast the last ones came. */
export class FetchMeter {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #report: (progress: FetchProgress) => void;
  #last: { readonly at: MonotonicMs; readonly received: number } | undefined;
  /** Bytes a millisecond. */
  #speed: number | undefined;

  constructor(clock: Pick<Clock, "monotonic">, report: (progress: FetchProgress) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** @param received bytes that are here now, those of earlier tries included */
  update(received: number, total: number): void {
    const at = this.#clock.monotonic();
    const last = this.#last;
    const elapsed = last === undefined ? 0 : at - last.at;
    if (last !== undefined && elapsed < REPORT_MS && received < total) return;
    // A download that begins again at byte 0 says nothing of the speed.
    if (last !== undefined && elapsed > 0 && received >= last.received) {
      const speed = (received - last.received) / elapsed;
      const share = Math.min(1, elapsed / AVERAGED_MS);
      this.#speed = this.#speed === undefined ? speed : this.#speed + (speed - this.#speed) * share;
    }
    this.#last = { at, received };
    this.#report({ received, total, secondsLeft: this.#secondsFor(total - received) });
  }

  #secondsFor(bytes: number): number | null {
    if (bytes === 0) return 0;
    return this.#speed === undefined || this.#speed === 0 ? null : Math.ceil(bytes / this.#speed / 1000);
  }
}

const REPORT_MS = 500;

/** What is older counts little. */
const AVERAGED_MS = 5000;
