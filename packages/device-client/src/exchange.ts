/** One request to the Device API and its answer: headers that every call sends, and what each status means. */
import { AuthenticationError, TransportError } from "@gateway-engine/core/errors";
import type { HttpClient, HttpResponse, Traffic } from "@gateway-engine/core/http";
import { DEVICE_API_HEADERS, FORM_CONTENT_TYPE, parseRetryAfterMs } from "@gateway-engine/protocol/device-api";

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Overrides the client's own CIK. */
  readonly cik?: string;
  /** Longest silence of the server, in milliseconds; overrides the client's own. */
  readonly timeoutMs?: number;
  /** Told what the call has cost, as in HttpRequest. */
  readonly onTraffic?: (traffic: Traffic) => void;
}

export interface DeviceClientOptions {
  readonly http: HttpClient;
  /** Address without a path, for example `https://fleet.example.com`. */
  readonly server: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /**
   * Asked at each call, so that a device that was activated meanwhile is known. Empty: no CIK is sent, as by a device with a
   * client certificate.
   */
  readonly cik?: () => string;
  /** Told each CIK that the server has answered 401 to. */
  readonly onRefused?: (cik: string) => void;
}

export interface ExchangeRequest {
  readonly method: "GET" | "POST";
  /** Path and query. */
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Time that the server was asked to take, in milliseconds; the time limit begins after it. */
  readonly askedToWaitMs?: number;
  /** Whether the answer may carry both Content-Length and chunked, as content downloads of one server do. */
  readonly lenient?: boolean;
  /** As in HttpRequest: whether the server may get the request twice without harm. */
  readonly repeatable?: boolean;
}

/** Longest answer that is kept in memory, in bytes: some values of the largest size, with every byte escaped. */
const MAX_ANSWER_BYTES = 16 * 1_048_576;

export class Exchange {
  readonly server: string;
  readonly #options: DeviceClientOptions;

  constructor(options: DeviceClientOptions) {
    this.#options = options;
    this.server = options.server.replace(/\/+$/, "");
  }

  /** Sends a request as it is; every status is an answer. */
  async send(request: ExchangeRequest, call: CallOptions): Promise<HttpResponse> {
    const { http, userAgent, timeoutMs, onRefused } = this.#options;
    const cik = call.cik ?? this.#options.cik?.() ?? "";
    const response = await http.request({
      method: request.method,
      url: `${this.server}${request.path}`,
      headers: {
        "User-Agent": userAgent,
        ...(cik === "" ? {} : { [DEVICE_API_HEADERS.cik]: cik }),
        ...(request.body === undefined ? {} : { "Content-Type": FORM_CONTENT_TYPE }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.lenient === undefined ? {} : { lenient: request.lenient }),
      ...(request.repeatable === undefined ? {} : { repeatable: request.repeatable }),
      ...(call.onTraffic === undefined ? {} : { onTraffic: call.onTraffic }),
      timeoutMs: (call.timeoutMs ?? timeoutMs) + (request.askedToWaitMs ?? 0),
      signal: call.signal,
    });
    if (response.status === 401 && cik !== "") onRefused?.(cik);
    return response;
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param what the call, for messages: `a write of temperature`
   * @param expected further statuses, beside 200 to 299, that are answers and not errors
   * @throws AuthenticationError E_NOT_ACTIVATED on 401; TransportError E_SERVER or E_REFUSED on other statuses
   */
  async call(
    request: ExchangeRequest,
    call: CallOptions,
    what: string,
    expected: readonly number[] = [],
  ): Promise<Answer> {
    const response = await this.send(request, call);
    const body = await response.text(MAX_ANSWER_BYTES);
    const answer = { status: response.status, body, headers: response.headers };
    if ((answer.status >= 200 && answer.status < 300) || expected.includes(answer.status)) return answer;
    throw this.failure(answer, what);
  }

  /** What an answer with an unwanted status means for the caller. */
  failure(answer: Answer, what: string): AuthenticationError | TransportError {
    const { status } = answer;
    const details = { server: this.server, what, status };
    if (status === 401) return new AuthenticationError("E_NOT_ACTIVATED", details);
    if (status >= 400 && status < 500 && !COMES_BACK.has(status)) {
      return new TransportError("E_REFUSED", { ...details, reason: firstLine(answer.body) || reasonOf(status) });
    }
    const retryAfterMs = parseRetryAfterMs(answer.headers);
    return new TransportError("E_SERVER", { ...details, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Request Timeout, Too Early, Too Many Requests: the same request may go through later. */
const COMES_BACK: ReadonlySet<number> = new Set([408, 425, 429]);

const REASONS: Readonly<Record<number, string>> = {
  400: "it cannot be understood",
  403: "it is not allowed",
  404: "there is no such thing",
  405: "this address does not take it",
  409: "it contradicts what is there",
  413: "it is too large",
  416: "the range is outside of the content",
};

function reasonOf(status: number): string {
  return REASONS[status] ?? "the server gave no reason";
}

function firstLine(body: string): string {
  return (body.trim().split("\n")[0] ?? "").slice(0, 200);
}
