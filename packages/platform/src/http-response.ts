import type { IncomingMessage } from "node:http";
import { type GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import type { HttpResponse } from "@gateway-engine/core/http";
import { readAhead } from "./read-ahead.ts";

export class NodeHttpResponse implements HttpResponse {
  readonly status: number;
  readonly #message: IncomingMessage;
  readonly #server: string;
  readonly #failed: (cause: unknown) => GatewayEngineError;
  #headers: Readonly<Record<string, string>> | undefined;

  /** @param failed what the failure of the connection is called */
  constructor(message: IncomingMessage, server: string, failed: (cause: unknown) => GatewayEngineError) {
    this.#message = message;
    this.#server = server;
    this.#failed = failed;
    this.status = message.statusCode ?? 0;
  }

  get headers(): Readonly<Record<string, string>> {
    this.#headers ??= joinHeaders(this.#message.rawHeaders);
    return this.#headers;
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#read();
  }

  async bytes(limit: number): Promise<Uint8Array> {
    try {
      return await readAll(this.#message, limit, () => {
        const problem = `its body is over ${limit} bytes`;
        return new TransportError("E_RESPONSE_INVALID", { server: this.#server, problem });
      });
    } catch (cause) {
      throw this.#failed(cause);
    }
  }

  async text(limit: number): Promise<string> {
    const bytes = await this.bytes(limit);
    return bytes.length === 0 ? "" : new TextDecoder().decode(bytes);
  }

  /** A short rest is read, so that the connection can be used again; a long one is not worth the traffic. */
  discard(): void {
    this.#message.on("error", () => {});
    if (Number(this.headers["content-length"]) <= WORTH_DRAINING_BYTES) this.#message.resume();
    else this.#message.destroy();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    try {
      yield* readAhead(this.#message, READ_AHEAD_BYTES);
    } catch (cause) {
      throw this.#failed(cause);
    }
  }
}

const WORTH_DRAINING_BYTES = 65_536;
const READ_AHEAD_BYTES = 262_144;

function readAll(message: IncomingMessage, limit: number, tooLong: () => Error): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const checkEnd = () => {
      if (!message.readableEnded) reject(new Error("it was closed before its end"));
    };
    if (message.closed) return reject(new Error("it was closed before it was read"));
    message.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limit) return;
      reject(tooLong());
      message.destroy();
    });
    message.once("end", () => resolve(Buffer.concat(chunks, size)));
    message.once("error", reject);
    message.once("close", checkEnd);
  });
}

/** @param raw names and values in turn, as they arrived */
function joinHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? "";
    const value = raw[at + 1] ?? "";
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}
