/** Cuts a stream of bytes into lines, in whatever pieces it comes. */

export interface SplitLines {
  /** Without their newlines. */
  readonly lines: readonly Uint8Array[];
  /** The line that is not complete yet. May be a view of the chunk. */
  readonly rest: Uint8Array;
}

/**
 * @param begun what the call before left as `rest`
 * @param limit in bytes; a longer line becomes several
 */
export function splitLines(begun: Uint8Array, chunk: Uint8Array, limit: number): SplitLines {
  const bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
  const lines: Uint8Array[] = [];
  let start = 0;
  let end = bytes.indexOf(NEWLINE, begun.length);
  for (;;) {
    const length = (end === -1 ? bytes.length : end) - start;
    if (length > limit) {
      lines.push(bytes.subarray(start, start + limit));
      start += limit;
    } else if (end === -1) {
      return { lines, rest: bytes.subarray(start) };
    } else {
      lines.push(bytes.subarray(start, end));
      start = end + 1;
      end = bytes.indexOf(NEWLINE, start);
    }
  }
}

const NEWLINE = 0x0a;
