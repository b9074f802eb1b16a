/** Requests as they are, byte for byte, over the daemon's socket or port. */
import { request } from "node:http";
import { connect } from "node:net";
import { formatMethodCall } from "../../src/xmlrpc/format.ts";
import { parseMethodResponse } from "../../src/xmlrpc/parse.ts";
import type { XmlRpcValue } from "../../src/xmlrpc/value.ts";

/** A socket's path, or a port of 127.0.0.1. */
export type Address = string | number;

export interface RequestOptions {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** A refusal in XML-RPC, such as 10 `BAD_NAME: x`. */
export class Fault extends Error {
  readonly code: number;
  readonly text: string;

  constructor(code: number, text: string) {
    super(`fault ${code} ${text}`);
    this.code = code;
    this.text = text;
  }
}

export async function callMethod(
  address: Address,
  method: string,
  params: readonly XmlRpcValue[],
): Promise<XmlRpcValue> {
  const { status, body } = await exchange(address, {
    method: "POST",
    path: "/RPC2",
    headers: { "Content-Type": "text/xml" },
    body: formatMethodCall({ method, params }),
  });
  if (status !== 200) throw new Error(`${method} is answered with HTTP ${status}`);
  const answer = parseMethodResponse(body);
  if (!answer.ok) throw new Error(`${method}: ${answer.problem}`);
  if (answer.value.kind === "fault") throw new Fault(answer.value.fault.code, answer.value.fault.text);
  return answer.value.value;
}

export async function exchange(address: Address, options: RequestOptions): Promise<Answer> {
  const parts: Buffer[] = [];
  const { status, headers } = await stream(address, options, (part) => {
    parts.push(part);
    return true;
  });
  return { status, headers, body: Buffer.concat(parts).toString() };
}

/** Reads an answer that has no end until its text matches. @returns the text so far */
export async function readUntil(address: Address, path: string, pattern: RegExp): Promise<string> {
  let text = "";
  // To a client that is about to close, the original sends nothing before the answer's end.
  const headers = { Connection: "keep-alive" };
  await stream(address, { path, headers }, (part) => {
    text += part.toString();
    return !pattern.test(text);
  });
  return text;
}

/** The status line of the answer to a request that is sent as it stands. */
export function rawExchange(socketPath: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(text));
    socket.once("data", (part: Buffer) => {
      socket.destroy();
      resolve(part.toString().split("\r\n")[0] ?? "");
    });
    socket.setTimeout(ANSWER_LIMIT_MS, () => socket.destroy(new Error("no answer")));
    socket.on("error", reject);
  });
}

/** Hands over the body as it comes, to its end or until `take` returns false. */
function stream(
  address: Address,
  { body, ...options }: RequestOptions,
  take: (part: Buffer) => boolean,
): Promise<Pick<Answer, "status" | "headers">> {
  const target = typeof address === "string" ? { socketPath: address } : { host: "127.0.0.1", port: address };
  return new Promise((resolve, reject) => {
    const sent = request({ ...target, ...options, agent: false, timeout: ANSWER_LIMIT_MS }, (response) => {
      const { statusCode = 0, headers } = response;
      response.on("data", (part: Buffer) => {
        if (take(part)) return;
        response.destroy();
        resolve({ status: statusCode, headers });
      });
      response.on("end", () => resolve({ status: statusCode, headers }));
      response.on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer to ${options.path} for ${ANSWER_LIMIT_MS} ms`)));
    sent.on("error", reject);
    if (body !== undefined) sent.setHeader("Content-Length", Buffer.byteLength(body));
    sent.end(body);
  });
}

const ANSWER_LIMIT_MS = 20_000;
