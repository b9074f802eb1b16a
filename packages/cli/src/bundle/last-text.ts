import type { Files } from "@gateway-engine/core/files";

/** The end of a file, from the beginning of a line on: half a secret would not be known for one. */
export async function lastText(files: Pick<Files, "stat" | "stream">, path: string, limit: number): Promise<string> {
  const size = (await files.stat(path))?.size ?? 0;
  if (size === 0 || limit <= 0) return "";
  const first = Math.max(0, size - limit);
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of files.stream(path, { first, last: size - 1 }))
    text += decoder.decode(piece, { stream: true });
  if (first === 0) return text;
  const lineEnd = text.indexOf("\n");
  return lineEnd === -1 ? "" : text.slice(lineEnd + 1);
}
