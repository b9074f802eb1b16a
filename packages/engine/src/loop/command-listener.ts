import type { Clock } from "@gateway-engine/core/clock";
import { AuthenticationError, describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import type { Cloud } from "./cloud.ts";

export interface CommandListenerDeps {
  readonly cloud: Pick<Cloud, "longPoll" | "timestamp">;
  /** How long the server is asked to hold a poll, in milliseconds; 0: commands wait for the next check-in. */
  readonly longestPollMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Listens for commands between two check-ins, so that one arrives within a second where the server offers long polls. */
export class CommandListener {
  readonly #deps: CommandListenerDeps;
  /** `Last-Modified` of what has been seen. */
  #seen: string | undefined;

  constructor(deps: CommandListenerDeps) {
    this.#deps = deps;
  }

  /**
   * To be called before the alias is read in the usual way: what is written from then on will be heard.
   * A server takes a time in whole seconds for all of that second, so the mark is the second before.
   */
  async mark(signal: AbortSignal): Promise<void> {
    this.#seen ??= String((await this.#deps.cloud.timestamp(signal)) - 1);
  }

  /**
   * Waits for a command until `until` is over.
   *
   * @param until on the monotonic clock, in milliseconds
   * @returns the command, or undefined when none came
   * @throws AuthenticationError E_NOT_ACTIVATED; when only the line fails, it goes on listening
   */
  async listen(until: number, signal: AbortSignal): Promise<string | undefined> {
    const { clock, random, log, longestPollMs } = this.#deps;
    for (let failures = 0; ; ) {
      const left = until - clock.monotonic();
      if (left <= 0) return undefined;
      if (left < SHORTEST_POLL_MS || longestPollMs === 0) {
        await clock.sleep(left, signal);
        return undefined;
      }
      try {
        const command = await this.#pollOnce(left, until, signal);
        if (command !== "") return command;
        failures = 0;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof AuthenticationError) throw error;
        failures += 1;
        log.debug(`listening for commands: ${describeError(error)}`);
        const delay = retryDelayMs(POLL_RETRY, failures, random);
        await clock.sleep(Math.min(delay, Math.max(0, until - clock.monotonic())), signal);
      }
    }
  }

  /** @returns the command, or empty when the answer brought none */
  async #pollOnce(left: number, until: number, signal: AbortSignal): Promise<string> {
    const { clock, cloud, longestPollMs } = this.#deps;
    const asked = clock.monotonic();
    const wait = { requestTimeoutMs: Math.round(Math.min(left, longestPollMs)), modifiedSince: this.#seen };
    const answer = await cloud.longPoll("engine_fetch", wait, signal);
    const isNews = answer.kind === "written" && answer.lastModified !== undefined && answer.lastModified !== this.#seen;
    if (isNews) this.#seen = answer.lastModified;
    if (answer.kind === "written" && answer.value.trim() !== "") return answer.value;
    // Our own clearing of the alias is heard too, once.
    if (isNews) await clock.sleep(PAUSE_MS, signal);
    else if (clock.monotonic() - asked < TOO_SOON_MS) await this.#makeDoWithoutPolls(until, signal);
    return "";
  }

  /** A server that answers at once though nothing was written does not know long polls. */
  async #makeDoWithoutPolls(until: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    log.debug("the server does not hold long polls; commands wait for the next check-in");
    this.#seen = undefined;
    await clock.sleep(Math.max(0, until - clock.monotonic()), signal);
  }
}

/** Below this a poll costs more than it brings. */
const SHORTEST_POLL_MS = 1000;
/** An answer without news that came sooner did not come because time was up. */
const TOO_SOON_MS = 500;
const PAUSE_MS = 200;
const POLL_RETRY: RetrySchedule = { firstMs: 1000, maxMs: 60_000 };
