/**
 * `application/x-www-form-urlencoded` as the Device API speaks it: order and repeats matter, and a value may hold any byte.
 * A raw `&` always separates; `%26` is an `&` inside a value. A `%` that begins no escape stands for itself,
 * since many devices send values as they are.
 */

/** Bytes as text: one character for each, U+0000 to U+00FF, so that string functions work on them. */
export type ByteString = string;

/** A pair as it stood on the wire, still encoded, one character a byte. */
export interface RawFormPair {
  readonly name: string;
  /** Undefined when there was no `=`, as in the query `?alias1&alias2`. */
  readonly value: string | undefined;
}

export interface FormPair<Value> {
  readonly name: string;
  readonly value: Value;
}

/** The pairs of a body, values as text; bytes that are not UTF-8 become U+FFFD. */
export function parseForm(body: string | Uint8Array): readonly FormPair<string>[] {
  return parseFormBytes(body).map(({ name, value }) => ({ name, value: utf8.decode(value) }));
}

/** The pairs of a body, values as the bytes that were sent. */
export function parseFormBytes(body: string | Uint8Array): readonly FormPair<Uint8Array>[] {
  return splitForm(body).map(({ name, value }) => ({
    name: decodeFormText(name),
    value: decodeFormBytes(value ?? ""),
  }));
}

/** Splits at each `&` and the first `=` of each part; nothing is decoded. Empty parts are dropped. */
export function splitForm(body: string | Uint8Array): readonly RawFormPair[] {
  return splitFormBytes(toByteString(body));
}

/** The same, of a body that is a byte string already. */
export function splitFormBytes(body: ByteString): readonly RawFormPair[] {
  return body
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      return equals === -1
        ? { name: part, value: undefined }
        : { name: part.slice(0, equals), value: part.slice(equals + 1) };
    });
}

export function encodeForm(pairs: Iterable<readonly [name: string, value: string | Uint8Array]>): string {
  return Array.from(pairs, ([name, value]) => `${encodeFormValue(name)}=${encodeFormValue(value)}`).join("&");
}

/** A name or value with every byte escaped that is not a letter, a digit or one of `-._*`; a space becomes `+`. */
export function encodeFormValue(value: string | Uint8Array): string {
  let text = "";
  for (const byte of toBytes(value)) text += WRITTEN[byte] ?? "";
  return text;
}

/** A raw name or value of `splitForm`, decoded to text. */
export function decodeFormText(raw: string): string {
  return IS_PLAIN.test(raw) ? raw : utf8.decode(decodeFormBytes(raw));
}

/** ASCII in which nothing is escaped. */
const IS_PLAIN = /^[\x20-\x24\x26-\x2a\x2c-\x7e]*$/;

/** A raw name or value of `splitForm`, decoded: `+` is a space and `%XX` a byte. */
export function decodeFormBytes(raw: string): Uint8Array {
  const bytes = new Uint8Array(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at += 1, length += 1) {
    const char = raw.charCodeAt(at);
    const escaped =
      char === PERCENT ? 16 * hexDigit(raw.charCodeAt(at + 1)) + hexDigit(raw.charCodeAt(at + 2)) : Number.NaN;
    if (Number.isNaN(escaped)) {
      bytes[length] = char === PLUS ? SPACE : char;
    } else {
      bytes[length] = escaped;
      at += 2;
    }
  }
  return bytes.slice(0, length);
}

/** A byte order mark is a part of a value like any other. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

/** How each byte is written. */
const WRITTEN: readonly string[] = Array.from({ length: 256 }, (_none, byte) => {
  const char = String.fromCharCode(byte);
  if (/[A-Za-z0-9\-._*]/.test(char)) return char;
  return byte === SPACE ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** @returns NaN for a character that is no hexadecimal digit, or none at all */
function hexDigit(char: number): number {
  if (char >= 0x30 && char <= 0x39) return char - 0x30;
  const letter = char | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : Number.NaN;
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}

function toByteString(value: string | Uint8Array): ByteString {
  const bytes = toBytes(value);
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return text;
}

/** Arguments of one call; engines allow far more. */
const CHUNK = 8192;
