/** Limits of our own process, which its children inherit. Node can neither read nor set them: /proc and `prlimit` do. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ResourceLimit } from "@gateway-engine/core/resource-limits";
import { errnoCode } from "./errno.ts";

export type LimitedResource = "open-files" | "processes";

/** @see proc(5), /proc/[pid]/limits */
export function readLimit(resource: LimitedResource): ResourceLimit {
  const line = new RegExp(`^${LINES[resource]} +(\\S+) +(\\S+)`, "m").exec(readFileSync("/proc/self/limits", "utf8"));
  return { soft: parseLimit(line?.[1]), hard: parseLimit(line?.[2]) };
}

/** @returns why it could not be set */
export function setLimit(resource: LimitedResource, limit: ResourceLimit): SetLimitProblem | undefined {
  const args = ["--pid", String(process.pid), `--${OPTIONS[resource]}=${formatLimit(limit)}`];
  try {
    execFileSync("prlimit", args, { stdio: "ignore" });
    return undefined;
  } catch (error) {
    return errnoCode(error) === "ENOENT" ? "no-prlimit" : "refused";
  }
}

/** `no-prlimit`: the command is missing (Debian: package util-linux). */
export type SetLimitProblem = "no-prlimit" | "refused";

/** What `prlimit` and its like call it: `1024:524288`, `1024:unlimited`. */
export function formatLimit({ soft, hard }: ResourceLimit): string {
  const format = (value: number) => (value === Number.POSITIVE_INFINITY ? "unlimited" : String(value));
  return `${format(soft)}:${format(hard)}`;
}

/** What the launcher found before Node raised it; without a launcher, what there is now. */
export function foundOpenFiles(): ResourceLimit {
  const now = readLimit("open-files");
  const found = process.env[FOUND_OPEN_FILES];
  return { ...now, soft: found === undefined || found === "" ? now.soft : Math.min(parseLimit(found), now.hard) };
}

function parseLimit(text: string | undefined): number {
  return text === undefined || text === "unlimited" ? Number.POSITIVE_INFINITY : Number(text);
}

const LINES = { "open-files": "Max open files", processes: "Max processes" } as const;
const OPTIONS = { "open-files": "nofile", processes: "nproc" } as const;
/** Set by the launcher. */
export const FOUND_OPEN_FILES = "GWE_FOUND_OPEN_FILES";
