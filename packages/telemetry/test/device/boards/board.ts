import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DeviceInfo } from "@gateway-engine/protocol/device-info";

/** A machine as its kernel shows it in `/proc` and `/sys`, and what its documentation says about it. */
export interface Board {
  readonly name: string;
  /** As `uname -m` prints it. */
  readonly architecture: string;
  /** What the drivers write; the last line break is added. */
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  /** When a file was changed, in seconds since 1970. */
  readonly changed?: Readonly<Record<string, number>>;
  /** The whole report but for the tables and the addresses. */
  readonly expected: Omit<DeviceInfo, "df" | "free" | "ipaddrs">;
}

export function writeBoard(root: string, { files, links = {}, changed = {} }: Board): void {
  for (const [path, text] of Object.entries(files)) place(root, path, (file) => writeFileSync(file, `${text}\n`));
  for (const [path, target] of Object.entries(links)) place(root, path, (file) => symlinkSync(target, file));
  for (const [path, at] of Object.entries(changed)) utimesSync(join(root, path), at, at);
}

function place(root: string, path: string, make: (file: string) => void): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  make(file);
}

/** What every Linux has below `/proc`. @param bootTime seconds since 1970 */
export function linux(hostname: string, release: string, version: string, bootTime: number): Record<string, string> {
  return {
    "proc/sys/kernel/ostype": "Linux",
    "proc/sys/kernel/hostname": hostname,
    "proc/sys/kernel/osrelease": release,
    "proc/sys/kernel/version": version,
    "proc/sys/kernel/random/boot_id": BOOT_ID,
    "proc/stat": `cpu  84 0 92 7251 3 0 1 0 0 0\nbtime ${bootTime}\nprocesses 812`,
    "proc/uptime": "3600.25 3400.10",
    "proc/meminfo": "MemTotal:  512000 kB\nMemFree:  200000 kB\nMemAvailable:  300000 kB",
    "proc/self/mountinfo": "21 1 179:2 / / rw,relatime shared:1 - ext4 /dev/root rw",
  };
}

export const BOOT_ID = "6f2c1c9e-0f5a-4a50-9a52-3d1b5f5f0d11";
/** The boards that know the time were started then: 2026-03-01 12:00 UTC. */
export const BOOTED = 1_772_366_400;
