/** HTTP, as far as a client may know of it. */
export interface HttpClient {
  /**
   * Sends one request and waits for the head of the answer.
   *
   * @throws TransportError E_UNREACHABLE or E_TIMEOUT; CancelledError when `signal` aborts. Every status is an answer, not an error.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `http:` or `https:`; with `socketPath` the host only fills the Host header. */
  readonly url: string;
  readonly socketPath?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Longest silence that is waited for, until the head of the answer and then between its parts. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Takes an answer with both Content-Length and `Transfer-Encoding: chunked`, which one generation of servers sends, as chunked. */
  readonly lenient?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a repeated header is joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** To be read once, or dropped with `discard()`. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body; a body over `limit` bytes is a TransportError E_RESPONSE_INVALID. */
  bytes(limit: number): Promise<Uint8Array>;
  text(limit: number): Promise<string>;
  discard(): void;
}
