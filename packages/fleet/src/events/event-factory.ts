import type { Clock } from "@gateway-engine/core/clock";
import { uuidv7 } from "@gateway-engine/core/identifiers";
import type { Random } from "@gateway-engine/core/random";
import type { EventDetail, EventKind } from "@gateway-engine/protocol/fleet-api/identities";
import type { DeviceEvent } from "./event-store.ts";

/**
 * Makes events whose ids grow from one to the next, also within a millisecond and after the clock was set back:
 * whoever reads on from the last id misses none.
 */
export class EventFactory {
  readonly #clock: Pick<Clock, "now">;
  readonly #random: Random;
  #lastIdTime = 0;

  constructor(clock: Pick<Clock, "now">, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  make(kind: EventKind, detail: EventDetail = {}): DeviceEvent {
    const at = this.#clock.now();
    this.#lastIdTime = Math.max(at, this.#lastIdTime + 1);
    return { id: uuidv7(this.#lastIdTime, this.#random), at, kind, detail };
  }
}
