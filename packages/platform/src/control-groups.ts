import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import type { ControlGroups } from "@gateway-engine/core/control-groups";
import { errnoCode, errnoReason } from "./errno.ts";

export const kernelControlGroups: ControlGroups = {
  own: () => {
    const mount = mountPoint(read("/proc/self/mountinfo") ?? "");
    const [, path] = /^0::(.*)$/m.exec(read("/proc/self/cgroup") ?? "") ?? [];
    return mount === undefined || path === undefined ? undefined : `${mount}${path === "/" ? "" : path}`;
  },
  read,
  write: (path, text) => attempt(() => writeFileSync(path, text)),
  make: (folder) => attempt(() => mkdirSync(folder, { recursive: true })),
  remove: (folder) => void attempt(() => rmdirSync(folder)),
  list: (folder) => {
    try {
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    } catch {
      return [];
    }
  },
};

/** Of the v2 hierarchy, which may stand beside those of v1. @see proc_pid_mountinfo(5) */
export function mountPoint(mountinfo: string): string | undefined {
  const line = mountinfo.split("\n").find((entry) => entry.includes(" - cgroup2 "));
  return line
    ?.split(" ")[4]
    ?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function attempt(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return errnoReason(error);
  }
}
