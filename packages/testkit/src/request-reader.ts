/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Cuts the bytes of one connection into requests with Content-Length or chunked bodies. */
export class RequestReader {
  #bytes: Buffer = Buffer.alloc(0);

  /** @returns the requests that are whole now */
  *read(chunk: Buffer): Generator<SeenRequest> {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let request = this.#next(); request !== undefined; request = this.#next()) yield request;
  }

  #next(): SeenRequest | undefined {
    const headEnd = this.#bytes.indexOf("\r\n\r\n");
    if (headEnd === -1) return undefined;
    const [first = "", ...lines] = this.#bytes.toString("latin1", 0, headEnd).split("\r\n");
    const [method = "", target = ""] = first.split(" ");
    const headers = Object.fromEntries(lines.map(readHeader));
    const rest = this.#bytes.subarray(headEnd + 4);
    const framed = headers["transfer-encoding"] === "chunked" ? dechunk(rest) : plain(rest, headers["content-length"]);
    if (framed === undefined) return undefined;
    this.#bytes = rest.subarray(framed.used);
    return { method, target, headers, body: framed.body };
  }
}

interface FramedBody {
  readonly body: Buffer;
  /** Bytes on the wire. */
  readonly used: number;
}

function readHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function plain(rest: Buffer, contentLength: string | undefined): FramedBody | undefined {
  const used = Number(contentLength ?? 0);
  return rest.length < used ? undefined : { body: Buffer.from(rest.subarray(0, used)), used };
}

function dechunk(rest: Buffer): FramedBody | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(rest.toString("latin1", at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (rest.length < end) return undefined;
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    if (size === 0) return { body: Buffer.concat(parts), used: end };
    at = end;
  }
}
