import { statfs } from "node:fs/promises";
import { machine } from "node:os";
import type { FileSystemUsage, Machine } from "@gateway-engine/core/machine";
import { listNetworkInterfaces } from "./network-interfaces.ts";

export const thisMachine: Machine = {
  architecture: () => machine(),
  networkInterfaces: () => listNetworkInterfaces(),
  fileSystemUsage,
};

async function fileSystemUsage(path: string): Promise<FileSystemUsage | undefined> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(path);
    return { total: blocks * bsize, free: bfree * bsize, available: bavail * bsize };
  } catch {
    // A mount point that only its owner may enter, or that went away since it was listed.
    return undefined;
  }
}
