import { basename, dirname, join } from "node:path";
import { createGunzip } from "node:zlib";
import type { Files } from "@gateway-engine/core/files";

export type LogFiles = Pick<Files, "list" | "stat" | "stream">;

/** A file of a log: the log itself, or an older part of it that was put aside. */
export interface LogPart {
  readonly path: string;
  readonly compressed: boolean;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** The parts of a log that there are, `x.log.2.gz`, `x.log.1`, `x.log`: the oldest first. */
export async function partsOf(files: LogFiles, path: string): Promise<readonly LogPart[]> {
  const name = basename(path);
  const numbered = (await files.list(dirname(path))).flatMap((entry) => {
    if (entry === name) return [{ entry, number: 0, compressed: false }];
    const [, number, gz] = entry.startsWith(name) ? (/^\.(\d{1,4})(\.gz)?$/.exec(entry.slice(name.length)) ?? []) : [];
    return number === undefined ? [] : [{ entry, number: Number(number), compressed: gz !== undefined }];
  });
  const parts: LogPart[] = [];
  for (const { entry, compressed } of numbered.toSorted((one, other) => other.number - one.number)) {
    const part = join(dirname(path), entry);
    const stat = await files.stat(part);
    if (stat !== undefined) parts.push({ path: part, compressed, size: stat.size, modifiedAt: stat.modifiedAt });
  }
  return parts;
}

/** The bytes of one part, from `first` on. What is cut off in the middle of its compression ends there. */
export async function* bytesOf(files: LogFiles, part: LogPart, first = 0): AsyncGenerator<Uint8Array> {
  if (part.size <= first) return;
  if (!part.compressed) {
    yield* files.stream(part.path, { first, last: part.size - 1 });
    return;
  }
  const unpacked = createGunzip();
  const fed = feed(unpacked, files.stream(part.path));
  try {
    for await (const chunk of unpacked) yield chunk as Uint8Array;
  } catch (error) {
    if (!isZlibError(error)) throw error;
  } finally {
    unpacked.destroy();
    await fed;
  }
}

async function feed(into: ReturnType<typeof createGunzip>, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of bytes) {
      if (into.destroyed) return;
      if (!into.write(chunk)) await drained(into);
    }
    into.end();
  } catch (error) {
    into.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function drained(stream: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    stream.once("drain", resolve);
    stream.once("close", resolve);
  });
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
