import type { Files } from "@gateway-engine/core/files";

/** The end of a log: at most 200 lines, and no more than a report can hold. */
export async function lastLines(files: Pick<Files, "stat" | "stream">, log: string): Promise<readonly string[]> {
  const size = (await files.stat(log))?.size ?? 0;
  if (size === 0) return [];
  const first = Math.max(0, size - MAX_BYTES);
  const chunks: Uint8Array[] = [];
  for await (const chunk of files.stream(log, { first, last: size - 1 })) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString("utf8").trimEnd().split("\n");
  // The first may be the end of a line.
  return (first === 0 ? lines : lines.slice(1)).slice(-MAX_LINES);
}

const MAX_LINES = 200;
const MAX_BYTES = 16_384;
