import type { Clock, Timestamp } from "@gateway-engine/core/clock";
import type { PollOutcome, PollWait } from "@gateway-engine/device-client/values";
import { withDeadline } from "../deadline.ts";
import type { Activation } from "../identity/activation.ts";

export interface CloudDeps {
  readonly activation: Pick<Activation, "using" | "link">;
  readonly clock: Clock;
  /** Hears what the server says the time is, in milliseconds since 1970. */
  readonly onTime: (at: Timestamp) => void;
}

/** The gateway's aliases on the server, read and written with its own CIK, each call with a time limit. */
export class Cloud {
  readonly #deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.#deps = deps;
  }

  read(aliases: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { activation, clock } = this.#deps;
    const limit = { what: `a read of ${aliases.join(", ")}`, ms: CALL_LIMIT_MS, signal };
    return withDeadline(clock, limit, (until) =>
      activation.using(({ client }) => client.read(aliases, { signal: until })),
    );
  }

  write(values: readonly (readonly [alias: string, value: string])[], signal: AbortSignal): Promise<void> {
    const { activation, clock } = this.#deps;
    const limit = { what: `a write of ${values.map(([alias]) => alias).join(", ")}`, ms: CALL_LIMIT_MS, signal };
    return withDeadline(clock, limit, (until) =>
      activation.using(({ client }) => client.write(values, { signal: until })),
    );
  }

  longPoll(alias: string, wait: PollWait, signal: AbortSignal): Promise<PollOutcome> {
    return this.#deps.activation.using(({ client }) => client.longPoll(alias, wait, { signal }));
  }

  /** The server's clock, in seconds since 1970. */
  async timestamp(signal: AbortSignal): Promise<number> {
    const { activation, clock, onTime } = this.#deps;
    const limit = { what: "a read of the server's clock", ms: CALL_LIMIT_MS, signal };
    const seconds = await withDeadline(clock, limit, (until) => activation.link.client.timestamp({ signal: until }));
    onTime(seconds * 1000);
    return seconds;
  }
}

/** Also for a server that answers one byte at a time. */
const CALL_LIMIT_MS = 60_000;
