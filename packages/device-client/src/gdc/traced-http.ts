import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger } from "@gateway-engine/core/logger";

/** The same client, with one line in the log, at DEBUG, for each request. */
export function tracedHttp(http: HttpClient, log: Logger, clock: Pick<Clock, "monotonic">): HttpClient {
  return {
    request: async (request) => {
      const began = clock.monotonic();
      const trace = (outcome: string) =>
        log.debug(`${request.method} ${request.url} -> ${outcome} in ${Math.round(clock.monotonic() - began)} ms`);
      try {
        const response = await http.request(request);
        trace(String(response.status));
        return response;
      } catch (error) {
        trace(describeError(error));
        throw error;
      }
    },
  };
}
