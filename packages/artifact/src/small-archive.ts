/** A .tar.gz of a few texts, made in memory. The same texts give the same bytes. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { pack } from "tar-stream";

export interface ArchiveText {
  /** Path in the archive. */
  readonly name: string;
  readonly text: string;
}

export async function smallArchive(texts: readonly ArchiveText[], mode: number): Promise<Uint8Array> {
  const tar = pack();
  for (const { name, text } of texts) tar.entry({ name, mode, mtime: new Date(0) }, text);
  tar.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of tar) pieces.push(piece as Uint8Array);
  return promisify(gzip)(Buffer.concat(pieces), { level: 9 });
}
