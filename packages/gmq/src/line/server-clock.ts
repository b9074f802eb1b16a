/** What the answers of a server say about the time: each has a `Date`, also one that says that there is no such page. */
import type { Clock } from "@gateway-engine/core/clock";
import type { HttpClient } from "@gateway-engine/core/http";

export class ServerClock {
  readonly #clock: Pick<Clock, "monotonic">;
  /** Milliseconds since 1970 at the beginning of the monotonic clock; undefined: no answer had a date. */
  #offset: number | undefined;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** The same client; the dates of its answers are noted. */
  watching(http: HttpClient): HttpClient {
    return {
      request: async (request) => {
        const response = await http.request(request);
        this.#note(response.headers["date"]);
        return response;
      },
    };
  }

  /** Milliseconds since 1970. */
  now(): number | undefined {
    return this.#offset === undefined ? undefined : this.#offset + this.#clock.monotonic();
  }

  #note(date = ""): void {
    const time = Date.parse(date);
    if (!Number.isNaN(time)) this.#offset = time - this.#clock.monotonic();
  }
}
