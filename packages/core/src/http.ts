/** HTTP, as far as a client may know of it. */
export interface HttpClient {
  /**
   * Sends one request and waits for the head of the answer.
   *
   * @throws TransportError E_UNREACHABLE, E_TIMEOUT, E_PROXY, E_TLS_UNTRUSTED or E_TLS_REFUSED; CancelledError when `signal`
   * aborts. Every status is an answer, not an error.
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
  /**
   * Whether the server may get the request twice without harm; true for GET, PUT and DELETE unless told, and false for others.
   * Such a request is sent again when the kept connection that it went over turns out to have been closed by the server.
   */
  readonly repeatable?: boolean;
  /** Told once what the request has cost: when its answer was read or dropped, or when it failed. */
  readonly onTraffic?: (traffic: Traffic) => void;
}

/** Bytes that one request moved, counted at its connection. */
export interface Traffic {
  /** HTTP as it was written: request line, headers and body, with the framing of chunks. */
  readonly sent: number;
  /** HTTP as it arrived: status line, headers and body, with the framing of chunks. */
  readonly received: number;
  /**
   * What TCP carried for it: as `sent`, and with TLS its records instead. The first request of a connection bears the
   * handshake of TLS and the opening of a proxy's tunnel.
   */
  readonly wireSent: number;
  readonly wireReceived: number;
  /** TCP connections that were opened for it. */
  readonly connections: number;
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
