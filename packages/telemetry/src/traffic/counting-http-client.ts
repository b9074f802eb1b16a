import type { HttpClient, HttpRequest, Traffic } from "@gateway-engine/core/http";
import { requestName } from "./request-name.ts";
import type { UsageLedger } from "./usage-ledger.ts";

/**
 * An HTTP client that counts each request into the ledger: what TCP carried for it, TLS included, as the client below saw it
 * at its connection. A request counts when its answer has been read, dropped or lost.
 *
 * @param group the program that sends, for example `gwe`
 */
export function countingHttpClient(http: HttpClient, ledger: Pick<UsageLedger, "count">, group: string): HttpClient {
  return {
    request: (request) => {
      const onTraffic = (traffic: Traffic) => {
        ledger.count({ group, source: sourceOf(request), sent: traffic.wireSent, received: traffic.wireReceived });
        request.onTraffic?.(traffic);
      };
      return http.request({ ...request, onTraffic });
    },
  };
}

function sourceOf({ method, url, body }: HttpRequest): string {
  return requestName(method, url, typeof body === "string" || body instanceof Uint8Array ? body : "");
}
