/** A line of the ledger. */
export type LedgerEntry =
  /** Written before the message is sent. `stream`: messages of one stream arrive in their order. */
  | { readonly kind: "sending"; readonly key: string; readonly stream: string }
  /** Written when the answer is there. `accepted`: the queue has promised to keep the message. */
  | { readonly kind: "answered"; readonly key: string; readonly accepted: boolean };

/**
 * A value of at least `bytes` bytes that names its message and shows whether it arrived whole: the key, again and again.
 *
 * @param key any text without `.`
 */
export function fullValue(key: string, bytes = 0): string {
  const times = Math.max(1, Math.ceil(bytes / (key.length + 1)));
  return `${Array<string>(times).fill(key).join(".")}.${times}`;
}

/** The key of a message; undefined when the value is not as it was sent. */
export function keyOf(value: string): string | undefined {
  const key = value.slice(0, value.indexOf("."));
  return key !== "" && value === fullValue(key, (value.split(".").length - 1) * (key.length + 1)) ? key : undefined;
}
