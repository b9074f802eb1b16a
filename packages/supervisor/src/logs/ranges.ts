/** Which bytes of a log a remote call asks for, by the original's rules. */
import { fail, ok, type Result } from "@gateway-engine/core/result";

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * `readLog`: from `offset` on, `length` bytes, or to the end for 0. A negative offset counts from the end and takes length 0.
 */
export function readRange(size: number, { offset, length }: ByteRange): Result<ByteRange, "BAD_ARGUMENTS"> {
  if (offset < 0) {
    if (length !== 0) return fail("BAD_ARGUMENTS");
    const start = Math.max(0, size + offset);
    return ok({ offset: start, length: size - start });
  }
  if (length < 0) return fail("BAD_ARGUMENTS");
  return ok({ offset, length: length === 0 ? Math.max(0, size - offset) : length });
}

/** `tailLog`: the last `length` bytes of those that follow `offset`. `overflow`: there were more. */
export function tailRange(size: number, { offset, length }: ByteRange): ByteRange & { readonly overflow: boolean } {
  const overflow = size > offset + length;
  const from = overflow ? size - 1 : offset;
  const taken = from + length > size && from > size - 1 ? 0 : Math.max(0, length);
  const start = from + length > size ? Math.max(0, size - taken) : Math.max(0, from);
  return { offset: start, length: taken, overflow };
}
