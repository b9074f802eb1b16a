import type { HttpClient, HttpRequest, HttpResponse } from "@gateway-engine/core/http";
import { requestName } from "./request-name.ts";
import type { UsageLedger } from "./usage-ledger.ts";

/**
 * An HTTP client that counts each request into the ledger: heads and bodies as HTTP writes them, without what TLS and TCP add.
 *
 * A request counts when its answer has been read, dropped or lost.
 *
 * @param group the program that sends, for example `gwe`
 */
export function countingHttpClient(http: HttpClient, ledger: Pick<UsageLedger, "count">, group: string): HttpClient {
  return {
    async request(request) {
      const tally = { sent: requestHeadBytes(request), received: 0 };
      const count = once(() => ledger.count({ group, source: sourceOf(request), ...tally }));
      try {
        const response = await http.request({ ...request, ...countedBody(request, tally) });
        tally.received += responseHeadBytes(response);
        return countedResponse(response, tally, count);
      } catch (error) {
        count();
        throw error;
      }
    },
  };
}

interface Tally {
  sent: number;
  received: number;
}

function countedBody({ body }: HttpRequest, tally: Tally): Pick<HttpRequest, "body"> {
  if (body === undefined) return {};
  if (typeof body === "string" || body instanceof Uint8Array) {
    tally.sent += Buffer.byteLength(body);
    return { body };
  }
  return { body: metered(body, (bytes) => (tally.sent += bytes)) };
}

function countedResponse(response: HttpResponse, tally: Tally, count: () => void): HttpResponse {
  const receive = (bytes: number) => (tally.received += bytes);
  return {
    status: response.status,
    headers: response.headers,
    body: metered(response.body, receive, count),
    bytes: async (limit) => {
      try {
        const bytes = await response.bytes(limit);
        receive(bytes.byteLength);
        return bytes;
      } finally {
        count();
      }
    },
    text: async (limit) => {
      try {
        const text = await response.text(limit);
        receive(Buffer.byteLength(text));
        return text;
      } finally {
        count();
      }
    },
    discard: () => {
      response.discard();
      count();
    },
  };
}

async function* metered(
  body: AsyncIterable<Uint8Array>,
  add: (bytes: number) => void,
  end: () => void = () => {},
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      add(chunk.byteLength);
      yield chunk;
    }
  } finally {
    end();
  }
}

function sourceOf({ method, url, body }: HttpRequest): string {
  return requestName(method, url, typeof body === "string" || body instanceof Uint8Array ? body : "");
}

/** The request line and the headers that we set; Node adds Host and Connection, about 50 bytes. */
function requestHeadBytes({ method, url, headers = {} }: HttpRequest): number {
  const { pathname, search } = new URL(url);
  return `${method} ${pathname}${search} HTTP/1.1\r\n`.length + headerBytes(headers) + NODE_HEADERS_BYTES;
}

const NODE_HEADERS_BYTES = 50;

function responseHeadBytes({ headers }: HttpResponse): number {
  return "HTTP/1.1 200 OK\r\n".length + headerBytes(headers);
}

function headerBytes(headers: Readonly<Record<string, string>>): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + `${name}: ${value}\r\n`.length, "\r\n".length);
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
