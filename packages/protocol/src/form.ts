/**
 * `application/x-www-form-urlencoded` as the Device API speaks it: order and repeats matter, and a value may hold any byte.
 * A raw `&` always separates; `%26` is an `&` inside a value. A `%` that begins no escape stands for itself,
 * since many devices send values as they are.
 */

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
  return toByteString(body)
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
  return toByteString(value).replace(/[^A-Za-z0-9\-._*]/g, (char) =>
    char === " " ? "+" : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** A raw name or value of `splitForm`, decoded to text. */
export function decodeFormText(raw: string): string {
  return utf8.decode(decodeFormBytes(raw));
}

/** A raw name or value of `splitForm`, decoded: `+` is a space and `%XX` a byte. */
export function decodeFormBytes(raw: string): Uint8Array {
  const decoded = raw
    .replaceAll("+", " ")
    .replace(/%([0-9a-fA-F]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Uint8Array.from(decoded, (char) => char.charCodeAt(0));
}

/** A byte order mark is a part of a value like any other. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** One character for each byte, so that string functions work on bytes. */
function toByteString(value: string | Uint8Array): string {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return text;
}

/** Arguments of one call; engines allow far more. */
const CHUNK = 8192;
