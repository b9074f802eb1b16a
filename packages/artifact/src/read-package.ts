/**
 * Reads a package once, from its first byte to its last, in constant memory, and trusts nothing in it.
 *
 * @see docs/reference/application-package.md#what-is-refused
 */
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CancelledError, GatewayEngineError, PackageError } from "@gateway-engine/core/errors";
import { type Extract, extract, type Header } from "tar-stream";
import { quoted } from "./deceptive-text.ts";
import { DEFAULT_PACKAGE_LIMITS, type PackageEntry, type PackageLimits, parseEntryPath } from "./package-entry.ts";
import { PackageMeter } from "./package-meter.ts";
import { PackageTree } from "./package-tree.ts";

export interface ReadPackageOptions {
  /** The package's name in messages. */
  readonly name: string;
  /** The bytes of the .tar.gz file. */
  readonly source: AsyncIterable<Uint8Array>;
  readonly limits?: PackageLimits;
  readonly signal: AbortSignal;
  /**
   * Called for each entry in the order of the archive. What it leaves of a file's content is skipped.
   * Only when the whole has been read is it known that the package is sound: until then, links are not to be made.
   */
  readonly visit?: (entry: PackageEntry, content: AsyncIterable<Uint8Array>) => Promise<void>;
}

export interface PackageContents {
  readonly entries: readonly PackageEntry[];
  /** The file that a hard link among the entries stands for. */
  readonly hardLinkedFile: (entry: PackageEntry) => PackageEntry | undefined;
  /** The folder inside the archive that holds the package's files; empty when that is the archive's top. */
  readonly contentRoot: string;
  readonly unpackedBytes: number;
}

/**
 * @returns the entries of a sound package
 * @throws PackageError E_PACKAGE_FORMAT (no gzip, no tar, cut short), E_PACKAGE_CONTENT (an unsafe entry) or E_PACKAGE_LIMIT
 */
export async function readPackage(options: ReadPackageOptions): Promise<PackageContents> {
  const meter = new PackageMeter(options.name, options.limits ?? DEFAULT_PACKAGE_LIMITS);
  const archive = extract();
  const unpacking = pipeline(
    Readable.from(onlyGzip(options.name, options.source), { objectMode: false }),
    counting((bytes) => meter.addPacked(bytes)),
    createGunzip({ chunkSize: INFLATED_BYTES }),
    counting((bytes) => meter.addUnpacked(bytes)),
    archive,
    { signal: options.signal },
  );
  // The loop below fails with the same error; awaiting it there first must not leave this one unhandled.
  unpacking.catch(() => {});
  try {
    const tree = await readEntries(archive, options, meter);
    await unpacking;
    const problem = tree.problem();
    if (problem !== undefined) throw contentError(options.name, problem);
    if (tree.entries.length === 0) throw contentError(options.name, "the archive is empty");
    return {
      entries: tree.entries,
      hardLinkedFile: (entry) => tree.hardLinkedFile(entry),
      contentRoot: tree.contentRoot(),
      unpackedBytes: meter.unpacked,
    };
  } catch (error) {
    archive.destroy();
    throw asPackageError(await originOf(error, unpacking), options);
  }
}

async function readEntries(archive: Extract, options: ReadPackageOptions, meter: PackageMeter): Promise<PackageTree> {
  const tree = new PackageTree();
  for await (const source of archive) {
    const entry = readHeader(options.name, source.header);
    if (entry !== undefined) {
      meter.addEntry(entry.path, entry.size);
      const problem = tree.add(entry);
      if (problem !== undefined) throw contentError(options.name, problem);
      await options.visit?.(entry, source as AsyncIterable<Uint8Array>);
    }
    source.resume();
  }
  return tree;
}

/** @returns undefined for the archive's top itself, `./` */
function readHeader(name: string, header: Header): PackageEntry | undefined {
  const kind = KINDS[header.type];
  if (kind === undefined) {
    throw contentError(
      name,
      `${quoted(header.name)} is a ${header.type ?? "special file"}, which a package may not hold`,
    );
  }
  if (isSparse(header)) throw contentError(name, `${quoted(header.name)} is a sparse file; pack it without --sparse`);
  const path = safePath(name, header.name);
  if (path === "") {
    if (kind !== "folder") throw contentError(name, `${quoted(header.name)} names the archive itself`);
    return undefined;
  }
  const mode = header.mode & 0o777;
  if (kind === "file") return { path, kind, mode, size: header.size };
  if (kind === "folder") return { path, kind, mode, size: 0 };
  const target = kind === "hardlink" ? safePath(name, header.linkname ?? "") : (header.linkname ?? "");
  return { path, kind, mode, size: 0, target };
}

const KINDS: Readonly<Partial<Record<string, PackageEntry["kind"]>>> = {
  file: "file",
  "contiguous-file": "file",
  directory: "folder",
  symlink: "symlink",
  link: "hardlink",
};

/** A map of pieces stands before the content, or in the pax header: what would be unpacked is not the file. */
function isSparse({ pax }: Header): boolean {
  return Object.keys(pax ?? {}).some((key) => /^(GNU\.sparse\.|SCHILY\.realsize$|SUN\.holesdata$)/.test(key));
}

function safePath(name: string, raw: string): string {
  const path = parseEntryPath(raw);
  if (!path.ok) throw contentError(name, path.problem);
  return path.value;
}

/** Passes the source on once its first bytes are gzip's; zlib itself takes an empty file for an empty archive. */
async function* onlyGzip(name: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const chunk of source) {
    if (head.length >= GZIP_MAGIC.length) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < GZIP_MAGIC.length) continue;
    if (!head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC)) throw formatError(name, "it is not gzip");
    yield head;
  }
  if (head.length < GZIP_MAGIC.length) {
    throw formatError(name, head.length === 0 ? "the file is empty" : "it is not gzip");
  }
}

/** As much as is decompressed, and then written, at once. */
const INFLATED_BYTES = 65_536;

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

function counting(count: (bytes: number) => void): Transform {
  return new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      try {
        count(chunk.byteLength);
        done(null, chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

/** Who reads an entry's content while the stream breaks learns only that it did; the stream itself knows why. */
async function originOf(error: unknown, unpacking: Promise<void>): Promise<unknown> {
  if (!(error instanceof Error && error.message === "Stream was destroyed")) return error;
  return unpacking.then(
    () => error,
    (cause: unknown) => cause,
  );
}

function asPackageError(error: unknown, { name, signal }: ReadPackageOptions): unknown {
  if (error instanceof GatewayEngineError) return error;
  if (signal.aborted) return new CancelledError("E_CANCELLED", { what: `reading ${name}` }, { cause: error });
  if (!(error instanceof Error)) return error;
  const problem = PROBLEMS.find(({ pattern }) => pattern.test(`${errorCode(error)} ${error.message}`));
  return problem === undefined ? error : formatError(name, problem.words, error);
}

/** What zlib and tar-stream say of broken archives. */
const PROBLEMS: readonly { readonly pattern: RegExp; readonly words: string }[] = [
  { pattern: /unexpected end of file|Unexpected end of data/i, words: "it is cut short" },
  { pattern: /Z_DATA_ERROR|Z_NEED_DICT|Z_BUF_ERROR/, words: "its compressed data is damaged" },
  { pattern: /unknown format/, words: "what it holds is no tar archive" },
  { pattern: /Invalid (tar )?header|Header exceeds max size/, words: "a tar header is damaged" },
];

function errorCode(error: Error): string {
  return "code" in error ? String(error.code) : "";
}

function formatError(name: string, problem: string, cause?: Error): PackageError {
  return new PackageError("E_PACKAGE_FORMAT", { name, problem }, { cause });
}

function contentError(name: string, problem: string): PackageError {
  return new PackageError("E_PACKAGE_CONTENT", { name, problem });
}
