import { join } from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { StorageError } from "@gateway-engine/core/errors";
import type { TreeFiles } from "@gateway-engine/core/files";
import { type Pack, pack } from "tar-stream";
import type { CollectedFile } from "./collect-files.ts";

/**
 * The bytes of a .tar.gz with these files, made while they are read. The same files give the same bytes:
 * no time, no owner and nothing of the umask goes in.
 */
export async function* packedBytes(
  files: TreeFiles,
  folder: string,
  selected: readonly CollectedFile[],
): AsyncGenerator<Uint8Array> {
  const tar = pack();
  // tar-stream's streams are Node streams in all but their type.
  const gzip = pipeline(tar as unknown as Readable, createGzip({ level: 9 }), () => {});
  const packing = packAll(tar, files, folder, selected).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  packing.catch(() => {});
  for await (const chunk of gzip) yield chunk as Uint8Array;
  await packing;
}

async function packAll(tar: Pack, files: TreeFiles, folder: string, selected: readonly CollectedFile[]): Promise<void> {
  for (const file of selected) await packOne(tar, files, folder, file);
  tar.finalize();
}

async function packOne(tar: Pack, files: TreeFiles, folder: string, { path, stat }: CollectedFile): Promise<void> {
  // Group and other may not write, so that the builder's umask leaves no trace.
  const header = { name: path, mode: stat.mode & 0o755, mtime: new Date(0), uid: 0, gid: 0, uname: "", gname: "" };
  const absolute = join(folder, path);
  const link = stat.kind === "link" ? await files.readLink(absolute) : "";
  await new Promise<void>((resolve, reject) => {
    const done = (cause?: Error | null) => (cause ? reject(changedFile(absolute, cause)) : resolve());
    if (stat.kind === "folder") return void tar.entry({ ...header, name: `${path}/`, type: "directory" }, done);
    if (stat.kind === "link") return void tar.entry({ ...header, type: "symlink", linkname: link }, done);
    const sink = tar.entry({ ...header, type: "file", size: stat.size }, done);
    sink.on("error", done);
    pour(files.stream(absolute), sink).catch(reject);
  });
}

async function pour(content: AsyncIterable<Uint8Array>, sink: ReturnType<Pack["entry"]>): Promise<void> {
  for await (const chunk of content) {
    if (sink.destroyed) return;
    if (!sink.write(chunk)) await nextDrain(sink);
  }
  sink.end(null);
}

function nextDrain(sink: ReturnType<Pack["entry"]>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sink.off("drain", done);
      sink.off("close", done);
      resolve();
    };
    sink.on("drain", done);
    sink.on("close", done);
  });
}

/** The one thing that a tar writer complains of: a file that is not as long as it was when it was listed. */
function changedFile(file: string, cause: Error): StorageError {
  return new StorageError("E_FILE_READ", { file, reason: "it changed while it was packed" }, { cause });
}
