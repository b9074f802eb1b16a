import { fail, ok, type Result } from "@gateway-engine/core/result";
import { changesDirection, holdsControl, quoted } from "./deceptive-text.ts";

/** One entry of a package's archive. */
export interface PackageEntry {
  /** Relative to the archive's top, without `./` in front or `/` at the end: `bin/start`. */
  readonly path: string;
  readonly kind: "file" | "folder" | "symlink" | "hardlink";
  /** Permission bits without setuid, setgid and sticky. */
  readonly mode: number;
  /** Bytes; 0 for everything but a file. */
  readonly size: number;
  /** Where a link points: for a symlink as it is written, for a hardlink the path of another entry. */
  readonly target?: string;
}

/** How much of a package is read before it is refused. */
export interface PackageLimits {
  readonly entries: number;
  /** Bytes of the archive after gunzip. */
  readonly unpackedBytes: number;
  readonly pathBytes: number;
  /** Folders in one path. */
  readonly depth: number;
  /** Unpacked bytes for one packed byte, looked at from 16 MiB on. */
  readonly compressionRatio: number;
}

export const DEFAULT_PACKAGE_LIMITS: PackageLimits = {
  entries: 100_000,
  unpackedBytes: 2 * 1024 ** 3,
  pathBytes: 1024,
  depth: 64,
  compressionRatio: 500,
};

/** Longest single name in a path that Linux file systems take, in bytes. */
const MAX_SEGMENT_BYTES = 255;

/**
 * Reads an entry's path.
 *
 * @returns the path without `.` parts (empty: the archive's top itself), or what makes it unsafe
 */
export function parseEntryPath(raw: string): Result<string, string> {
  if (raw === "") return fail("an entry has no name");
  const shown = quoted(raw);
  if (holdsControl(raw)) return fail(`the name ${shown} holds a control character`);
  if (raw.includes("\uFFFD")) return fail(`the name ${shown} is not UTF-8`);
  if (changesDirection(raw)) return fail(`the name ${shown} changes its direction when it is shown`);
  if (raw.startsWith("/")) return fail(`the path ${shown} is absolute`);
  const segments = raw.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) return fail(`the path ${shown} leads out of the package with ".."`);
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)) {
    return fail(`the path ${shown} holds a name longer than ${MAX_SEGMENT_BYTES} bytes`);
  }
  return ok(segments.join("/"));
}

/** The folders above a path, nearest the top first: `a/b/c` has `a` and `a/b`. */
export function foldersAbove(path: string): readonly string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join("/"));
}
