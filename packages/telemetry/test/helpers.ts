import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Machine } from "@gateway-engine/core/machine";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { onTestFinished } from "vitest";

/** A folder that plays `/`, gone when the test is over. */
export function fakeRoot(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder("telemetry");
  onTestFinished(() => folder.remove());
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
  return folder.path;
}

/** @returns what the tool of this machine prints, or undefined when it has no such tool of that make */
export function realTool(make: RegExp, tool: string, ...args: readonly string[]): string | undefined {
  const env = { ...process.env, LC_ALL: "C" };
  const version = spawnSync(tool, ["--version"], { encoding: "utf8", env });
  if (version.error !== undefined || !make.test(version.stdout)) return undefined;
  return spawnSync(tool, args, { encoding: "utf8", env }).stdout;
}

const KIB = 1024;

export function fakeMachine(
  usages: Readonly<Record<string, { total: number; free: number; available: number }>>,
): Machine {
  return {
    architecture: () => "armv7l",
    networkInterfaces: () => [
      { name: "eth0", mac: "00:2F:AC:43:55:A0", addresses: ["192.168.1.5/24", "fe80::1/64"] },
      { name: "ppp0", mac: "", addresses: [] },
      { name: "wlan0", mac: "00:2F:AC:43:55:A1", addresses: ["10.0.0.7/8"] },
    ],
    fileSystemUsage: async (path) => {
      const usage = usages[path];
      return usage && { total: usage.total * KIB, free: usage.free * KIB, available: usage.available * KIB };
    },
  };
}
