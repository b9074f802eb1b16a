import { createHash } from "node:crypto";

export interface Digest {
  /** 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The SHA-256 of a file's bytes as they come, in constant memory. */
export async function digestOf(source: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { sha256: hash.digest("hex"), bytes };
}
