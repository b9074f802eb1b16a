import type { Clock } from "@gateway-engine/core/clock";
import { parseEpochOrHttpDate } from "@gateway-engine/protocol/device-api";
import type { Bus } from "../bus/bus.ts";
import type { DeviceKey } from "../devices/device.ts";
import { type CurrentValue, MICROS_PER_SECOND, type Micros } from "./value.ts";
import type { ValueService } from "./value-service.ts";
import { valueTopic } from "./value-topic.ts";

/** What a device waits for: the next change of one resource. */
export interface LongPoll {
  readonly device: DeviceKey;
  readonly alias: string;
  readonly isModified: (at: Micros) => boolean;
  readonly timeoutMs: number;
  /** Aborts when the device hangs up or the server stops. */
  readonly signal: AbortSignal;
}

export interface LongPollDeps {
  readonly bus: Bus;
  readonly clock: Pick<Clock, "after">;
  readonly values: Pick<ValueService, "read">;
}

/** @returns the changed value, or undefined when the time was up or `signal` aborted */
export async function waitForChange(deps: LongPollDeps, poll: LongPoll): Promise<CurrentValue | undefined> {
  const gate = new Gate();
  // Listening begins before the first look, so that no change falls between the two.
  const unsubscribe = deps.bus.subscribe(valueTopic(poll.device, poll.alias), () => gate.open("look"));
  const timer = deps.clock.after(poll.timeoutMs, () => gate.open("end"));
  const end = () => gate.open("end");
  poll.signal.addEventListener("abort", end, { once: true });
  if (poll.signal.aborted) end();
  try {
    for (;;) {
      const [value] = await deps.values.read(poll.device, [poll.alias]);
      if (value !== undefined && poll.isModified(value.at)) return value;
      if ((await gate.passed()) === "end") return undefined;
    }
  } finally {
    unsubscribe();
    timer.cancel();
    poll.signal.removeEventListener("abort", end);
  }
}

/**
 * What `If-Modified-Since` asks: seconds since 1970, or an HTTP date. Without it, changes from now on.
 *
 * A time with a fraction, as our `Last-Modified` has it, is exact. One of whole seconds means that second as a whole,
 * so that a device which cut the fraction off is not given the same value again and again.
 *
 * @returns undefined when the header is neither
 */
export function modifiedSince(header: string | undefined, now: Micros): ((at: Micros) => boolean) | undefined {
  if (header === undefined) return (at) => at > now;
  const seconds = parseEpochOrHttpDate(header);
  if (seconds === undefined) return undefined;
  if (Number.isInteger(seconds)) return (at) => Math.floor(at / MICROS_PER_SECOND) > seconds;
  const micros = Math.round(seconds * MICROS_PER_SECOND);
  return (at) => at > micros;
}

/** Seconds since 1970, with a fraction unless the moment is a whole second: what `Last-Modified` says. */
export function formatLastModified(at: Micros): string {
  const seconds = Math.floor(at / MICROS_PER_SECOND);
  const micros = at % MICROS_PER_SECOND;
  return micros === 0 ? String(seconds) : `${seconds}.${String(micros).padStart(6, "0")}`;
}

/** Lets a waiter through once for each time it was opened, or for good after `end`. */
class Gate {
  #state: "closed" | "look" | "end" = "closed";
  #resume: () => void = () => {};

  open(how: "look" | "end"): void {
    if (this.#state !== "end") this.#state = how;
    this.#resume();
  }

  async passed(): Promise<"look" | "end"> {
    if (this.#state === "closed") {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
    const how = this.#state === "end" ? "end" : "look";
    if (how === "look") this.#state = "closed";
    return how;
  }
}
