import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { HttpClient, Traffic } from "@gateway-engine/core/http";
import type { Logger } from "@gateway-engine/core/logger";

/** The same client, with one line in the log, at DEBUG, for each request: how it ended, how long that took, what it cost. */
export function tracedHttp(http: HttpClient, log: Logger, clock: Pick<Clock, "monotonic">): HttpClient {
  return {
    request: async (request) => {
      const began = clock.monotonic();
      let status: number | undefined;
      let cost: Traffic = { sent: 0, received: 0, wireSent: 0, wireReceived: 0, connections: 0 };
      const trace = (outcome: string) => {
        const ms = Math.round(clock.monotonic() - began);
        log.debug(`${request.method} ${request.url} -> ${outcome} in ${ms} ms, ${describeTraffic(cost)}`);
      };
      const onTraffic = (traffic: Traffic) => {
        cost = traffic;
        request.onTraffic?.(traffic);
        if (status !== undefined) trace(String(status));
      };
      try {
        const response = await http.request({ ...request, onTraffic });
        ({ status } = response);
        return response;
      } catch (error) {
        trace(describeError(error));
        throw error;
      }
    },
  };
}

function describeTraffic({ sent, received, wireSent, wireReceived }: Traffic): string {
  const wire = wireSent === sent && wireReceived === received ? "" : ` (on the wire ${wireSent} and ${wireReceived})`;
  return `${sent} bytes sent and ${received} received${wire}`;
}
