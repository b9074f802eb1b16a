import type { HttpClient, HttpRequest, Traffic } from "@gateway-engine/core/http";
import { requestName } from "./request-name.ts";
import type { TrafficRecorder } from "./traffic-entry.ts";
import { onTheWire } from "./wire-estimate.ts";

export interface CountedParty {
  /** The program that sends, for example `gwe`. */
  readonly application: string;
  /** The interface that its requests leave by now; empty when unknown. */
  readonly interface: () => string;
}

/**
 * An HTTP client that writes down each request: what TCP carried for it, TLS included, as the client below saw it at its
 * connection. A request counts when its answer has been read, dropped or lost.
 */
export function countingHttpClient(http: HttpClient, book: TrafficRecorder, party: CountedParty): HttpClient {
  return {
    request: (request) => {
      const onTraffic = (traffic: Traffic) => {
        const { wireReceived: received, wireSent: sent, connections } = traffic;
        const wire = onTheWire({ received, sent, connections });
        book.record({
          application: party.application,
          purpose: purposeOf(request),
          interface: party.interface(),
          requests: 1,
          received,
          sent,
          wireReceived: wire.received,
          wireSent: wire.sent,
          exact: true,
        });
        request.onTraffic?.(traffic);
      };
      return http.request({ ...request, onTraffic });
    },
  };
}

function purposeOf({ method, url, body }: HttpRequest): string {
  return requestName(method, url, typeof body === "string" || body instanceof Uint8Array ? body : "");
}
