import type { HttpClient, HttpRequest, HttpResponse } from "@gateway-engine/core/http";
import { DEVICE_API_PATHS } from "@gateway-engine/protocol/device-api";
import { splitForm } from "@gateway-engine/protocol/form";
import type { UsageLedger } from "@gateway-engine/telemetry/usage-ledger";

/** The same client, whose requests to the Device API are counted: bodies and heads, without what TCP and TLS add. */
export function countedHttp(http: HttpClient, ledger: Pick<UsageLedger, "count">, group: string): HttpClient {
  return {
    request: async (request) => {
      const source = sourceOf(request);
      const sent = headBytes(request.headers ?? {}) + request.url.length + bodyBytes(request.body);
      const response = await http.request(request);
      return new CountedResponse(response, (received) => ledger.count({ group, source, received, sent }));
    },
  };
}

/** Counts an answer once, when its body has been read, cut off or dropped. */
class CountedResponse implements HttpResponse {
  readonly status: number;
  readonly headers: HttpResponse["headers"];
  readonly #inner: HttpResponse;
  readonly #count: (received: number) => void;

  constructor(inner: HttpResponse, count: (received: number) => void) {
    this.status = inner.status;
    this.headers = inner.headers;
    this.#inner = inner;
    this.#count = (received) => count(headBytes(inner.headers) + received);
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#read();
  }

  async bytes(limit: number): Promise<Uint8Array> {
    const bytes = await this.#inner.bytes(limit);
    this.#count(bytes.length);
    return bytes;
  }

  async text(limit: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(limit));
  }

  discard(): void {
    this.#inner.discard();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    let received = 0;
    try {
      for await (const chunk of this.#inner.body) {
        received += chunk.length;
        yield chunk;
      }
    } finally {
      this.#count(received);
    }
  }
}

/** What a request was for, in the original's words: `write:device_info,usage_report`, `get_content:app.v1.tar.gz`. */
function sourceOf({ method, url, body }: HttpRequest): string {
  const { pathname, search } = new URL(url);
  const query = splitForm(search.slice(1));
  const names = (pairs: typeof query) => pairs.map(({ name }) => name).join(",");
  switch (pathname) {
    case DEVICE_API_PATHS.activate:
      return "actvt";
    case DEVICE_API_PATHS.content: {
      const id = query.find(({ name }) => name === "id")?.value;
      if (id === undefined) return "list_content";
      return `${query.some(({ name }) => name === "info") ? "content_info" : "get_content"}:${id}`;
    }
    case DEVICE_API_PATHS.alias:
      return method === "POST" && typeof body === "string" ? `write:${names(splitForm(body))}` : `read:${names(query)}`;
    default:
      return pathname;
  }
}

function headBytes(headers: Readonly<Record<string, string>>): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}

function bodyBytes(body: HttpRequest["body"]): number {
  return typeof body === "string" || body instanceof Uint8Array ? Buffer.byteLength(body) : 0;
}
