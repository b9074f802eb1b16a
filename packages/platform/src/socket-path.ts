import { lstatSync, mkdirSync, readlinkSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { StorageError } from "@gateway-engine/core/errors";
import { loadCrypto } from "./crypto-module.ts";

/** The kernel takes no longer path for a unix socket, in bytes. */
const LONGEST_SOCKET_PATH = 107;

/**
 * A path by which the unix socket at `path` can be bound or connected to: `path` itself,
 * or, where it is too long for the kernel, one through a short link to its folder.
 */
export function reachableSocketPath(path: string): string {
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  const folder = dirname(path);
  const user = process.getuid?.() ?? 0;
  const links = join(tmpdir(), `gateway-engine-${user}`);
  mkdirSync(links, { recursive: true, mode: 0o700 });
  const owner = lstatSync(links);
  if (!owner.isDirectory() || owner.uid !== user || (owner.mode & 0o022) !== 0) {
    const reason = `${links} belongs to somebody else, and the path is too long for a socket`;
    throw new StorageError("E_FILE_WRITE", { file: path, reason });
  }
  const link = join(links, loadCrypto().createHash("sha256").update(folder).digest("hex").slice(0, 16));
  makeLink(folder, link);
  return join(link, basename(path));
}

function makeLink(target: string, link: string): void {
  try {
    symlinkSync(target, link);
  } catch (error) {
    if (readlinkSync(link) !== target) throw error;
  }
}
