import type { Clock } from "@gateway-engine/core/clock";

/**
 * Holds what several downloads, one after the other or at once, receive in all to so many bytes a second: a token bucket that
 * holds half a second's worth.
 */
export class RateLimit {
  /** 0: no limit. */
  bytesPerSecond: number;
  readonly #clock: Pick<Clock, "monotonic" | "sleep">;
  /** When what was received so far is paid for. */
  #paidAt = 0;

  constructor(clock: Pick<Clock, "monotonic" | "sleep">, bytesPerSecond = 0) {
    this.#clock = clock;
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Called with what has been received. Resolves when more may be. */
  async pay(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.bytesPerSecond === 0) return;
    const now = this.#clock.monotonic();
    this.#paidAt = Math.max(this.#paidAt, now - SAVED_MS) + (bytes / this.bytesPerSecond) * 1000;
    if (this.#paidAt > now) await this.#clock.sleep(this.#paidAt - now, signal);
  }

  /** Bytes that are asked for at once, so that the server does not send long before there is room; undefined: all. */
  get pieceBytes(): number | undefined {
    if (this.bytesPerSecond === 0) return undefined;
    return Math.max(MIN_PIECE_BYTES, Math.ceil(this.bytesPerSecond / 2));
  }
}

/** What was not used is kept for so long. */
const SAVED_MS = 500;

/** Each piece is a request, whose own bytes must not count. */
const MIN_PIECE_BYTES = 262_144;
