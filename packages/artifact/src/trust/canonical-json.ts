import { fail, ok, type Result } from "@gateway-engine/core/result";

/** As deep as any statement goes, and a little more. */
const MAX_DEPTH = 16;

/**
 * The one text of a JSON value that is signed: RFC 8785, with whole numbers only.
 *
 * No white space; the keys of an object in the order of their UTF-16 code units; strings as `JSON.stringify` writes them.
 *
 * @param value what `JSON.parse` gave
 * @returns the text, or why the value has none
 * @see docs/reference/trust.md#canonical-json
 */
export function canonicalJson(value: unknown): Result<string, string> {
  try {
    return ok(write(value, 0));
  } catch (error) {
    if (error instanceof Unwritable) return fail(error.message);
    throw error;
  }
}

class Unwritable extends Error {}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new Unwritable(`it is nested more than ${MAX_DEPTH} deep`);
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Unwritable(`${value} is not a whole number below 2^53`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: unknown) => write(item, depth + 1)).join(",")}]`;
  if (typeof value !== "object") throw new Unwritable(`a ${typeof value} is not JSON`);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${write(item, depth + 1)}`).join(",")}}`;
}
