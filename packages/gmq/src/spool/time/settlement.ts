/** Makes the times of messages right that were taken while the clock was not set, once the time is known. */
import { describeError, TransportError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { QueueDevice } from "../message.ts";
import type { Truth } from "./moment.ts";
import type { Timekeeper } from "./timekeeper.ts";

/** What the clock of an upstream says, in milliseconds since 1970; undefined: it does not tell. */
export type ServerTime = (upstream: string, device: QueueDevice) => Promise<number | undefined>;

export interface SettlementDeps {
  /** Stores what is known of the time. @returns how many messages have a time that is an estimate */
  readonly store: (truth: Truth) => Promise<number>;
  readonly log: Logger;
}

export class Settlement {
  readonly #deps: SettlementDeps;
  #serverTime: ServerTime = () =>
    Promise.reject(new TransportError("E_UNREACHABLE", { server: "any server", reason: "none is configured yet" }));

  constructor(deps: SettlementDeps) {
    this.#deps = deps;
  }

  askBy(ask: ServerTime): void {
    this.#serverTime = ask;
  }

  async settle(truth: Truth): Promise<void> {
    const { store, log } = this.#deps;
    const estimated = await store(truth);
    if (estimated === 0) return;
    const problem = truth.isGuess ? "nobody tells the time" : "the clock was not set before the machine restarted";
    log.warn(`the times of ${estimated} messages are estimates: ${problem}`);
  }

  /** The same, with nobody waiting: whoever needs a time that is still not known tries again. */
  async settleLater(truth: Truth): Promise<void> {
    try {
      await this.settle(truth);
    } catch (error) {
      this.#deps.log.warn(`times of an unset clock are not corrected yet: ${describeError(error)}`);
    }
  }

  /**
   * The time as it is, by this machine's clock if that is set, or else by the server that wants to know.
   *
   * @throws TransportError E_NO_TIME, or why the server cannot be asked
   */
  async truth(time: Timekeeper, upstream: string, device: QueueDevice): Promise<Truth> {
    if (time.read().era === undefined) return time.truth();
    const told = await this.#serverTime(upstream, device);
    const truth = told === undefined ? time.guess() : time.truth(Math.round(told * 1000));
    if (truth === undefined) throw new TransportError("E_NO_TIME", { server: upstream });
    return truth;
  }
}
