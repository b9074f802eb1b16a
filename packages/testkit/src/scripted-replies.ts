/** What a scripted server can answer: honest answers, and each way in which a line or a server can be wrong. */
import type { SeenRequest } from "./request-reader.ts";

export interface Reply {
  /** The bytes that go on the wire. */
  readonly wire: (request: SeenRequest) => Uint8Array;
  /** What becomes of the connection when they are sent. */
  readonly ending: "keep" | "close" | "reset";
  /** Sent in pieces of `bytes`, one every `everyMs`. */
  readonly pace?: { readonly bytes: number; readonly everyMs: number };
}

export interface AnswerParts {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An honest answer; 200 and empty unless told. */
export function answer(parts: AnswerParts): Reply {
  return { wire: () => formatAnswer(parts), ending: "keep" };
}

/** Exactly these bytes. */
export function rawReply(text: string | Uint8Array, ending: Reply["ending"] = "close"): Reply {
  return { wire: () => Buffer.from(text), ending };
}

/** The first `bytes` bytes of a reply's body, then the line drops. */
export function cutAfter(bytes: number, reply: Reply): Reply {
  return {
    wire: (request) => {
      const wire = Buffer.from(reply.wire(request));
      return wire.subarray(0, wire.indexOf("\r\n\r\n") + 4 + bytes);
    },
    ending: "close",
  };
}

/** A reply in pieces of `bytes`, one every `everyMs` milliseconds. */
export function slowly(pace: { readonly bytes: number; readonly everyMs: number }, reply: Reply): Reply {
  return { ...reply, pace };
}

/** An answer whose Content-Length is not the length of its body; the connection is closed behind it. */
export function wrongLength(parts: AnswerParts & { readonly claimed: number }): Reply {
  return {
    wire: () => formatAnswer({ ...parts, headers: { ...parts.headers, "Content-Length": String(parts.claimed) } }),
    ending: "close",
  };
}

/** An answer with both Content-Length and chunked encoding, as one generation of servers sends its content. */
export function bothLengths(parts: AnswerParts): Reply {
  const body = Buffer.from(parts.body ?? "");
  const head = formatAnswer({ ...parts, body, headers: { ...parts.headers, "Transfer-Encoding": "chunked" } });
  const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]);
  const wire = [head.subarray(0, head.length - body.length), ...(body.length > 0 ? [chunk] : []), "0\r\n\r\n"];
  return { wire: () => Buffer.concat(wire.map((part) => Buffer.from(part))), ending: "keep" };
}

/** No answer at all: the connection stays open and silent. */
export function hang(): Reply {
  return { wire: () => Buffer.alloc(0), ending: "keep" };
}

/** The connection is reset without an answer. */
export function hangUp(): Reply {
  return { wire: () => Buffer.alloc(0), ending: "reset" };
}

/** Content of which a part can be asked for with `Range: bytes=X-Y`, `X-` or `-Y`. */
export function rangedContent(content: Uint8Array, headers: Readonly<Record<string, string>> = {}): Reply {
  return { wire: ({ headers: asked }) => formatAnswer(partOf(content, asked["range"], headers)), ending: "keep" };
}

function partOf(
  content: Uint8Array,
  range: string | undefined,
  headers: Readonly<Record<string, string>>,
): AnswerParts {
  const total = content.length;
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
  if (match === null) return { body: content, headers: { ...headers, "Accept-Ranges": "bytes" } };
  const suffix = match[1] === "";
  const first = suffix ? Math.max(0, total - Number(match[2])) : Number(match[1]);
  const last = suffix || match[2] === "" ? total - 1 : Math.min(Number(match[2]), total - 1);
  if (first > last) return { status: 416, headers: { ...headers, "Content-Range": `bytes */${total}` } };
  return {
    status: 206,
    headers: { ...headers, "Accept-Ranges": "bytes", "Content-Range": `bytes ${first}-${last}/${total}` },
    body: content.subarray(first, last + 1),
  };
}

function formatAnswer({ status = 200, headers = {}, body = "" }: AnswerParts): Buffer {
  const bytes = Buffer.from(body);
  const length = status === 204 || status === 304 ? {} : { "Content-Length": String(bytes.length) };
  const lines = Object.entries({ ...length, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Scripted\r\n${lines.join("")}\r\n`), bytes]);
}
