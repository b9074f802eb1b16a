import { createHash } from "node:crypto";
import type { Files } from "@gateway-engine/core/files";
import type { Digest } from "../digest.ts";
import { findSignatureMember, MAX_MEMBER_BYTES } from "./signature-member.ts";

/** A package's file, taken apart: what is signed, and the envelope that lies in it. */
export interface SignedPackage {
  /** So many bytes from the file's beginning are signed: all, or all before the envelope. */
  readonly length: number;
  /** The JSON of the embedded envelope, when there is one. */
  readonly envelope: Uint8Array | undefined;
}

/** Looks at the end of a package's file only. */
export async function takeApart(files: Pick<Files, "stat" | "stream">, path: string): Promise<SignedPackage> {
  const size = (await files.stat(path))?.size ?? 0;
  if (size === 0) return { length: 0, envelope: undefined };
  const end: Uint8Array[] = [];
  const part = { first: Math.max(0, size - MAX_MEMBER_BYTES), last: size - 1 };
  for await (const chunk of files.stream(path, part)) end.push(chunk);
  const found = findSignatureMember(Buffer.concat(end));
  return { length: size - (found?.bytes ?? 0), envelope: found?.envelope };
}

/** The bytes of a package that are signed, and unpacked. */
export function signedBytes(files: Pick<Files, "stream">, path: string, length: number): AsyncIterable<Uint8Array> {
  return length === 0 ? nothing() : files.stream(path, { first: 0, last: length - 1 });
}

/** Their digest, in constant memory. */
export async function digestOfSigned(
  files: Pick<Files, "readThrough">,
  path: string,
  length: number,
  signal?: AbortSignal,
): Promise<Digest> {
  const hash = createHash("sha256");
  let bytes = 0;
  await files.readThrough(path, { first: 0, last: length - 1 }, (piece) => {
    signal?.throwIfAborted();
    hash.update(piece);
    bytes += piece.length;
  });
  return { sha256: hash.digest("hex"), bytes };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
