import { UsageError } from "@gateway-engine/core/errors";

/** A message of the largest body, as base64 within JSON, is shorter. */
const MAX_LINE_BYTES = 8 * 1_048_576;

/** The lines of a stream of bytes, the last one with or without its newline. @throws UsageError for one that is too long */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      yield textOf([...parts, chunk.subarray(start, end)]);
      parts = [];
      size = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    parts.push(rest);
    size += rest.length;
    if (size > MAX_LINE_BYTES) {
      throw new UsageError("E_USAGE", { problem: `a line is over ${MAX_LINE_BYTES} bytes long` });
    }
  }
  if (size > 0) yield textOf(parts);
}

const NEWLINE = 0x0a;

function textOf(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString("utf8");
}
