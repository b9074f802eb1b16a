/** How often a server makes the disk keep what it was given: counted by the kernel, not taken from its manual. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { descendantsOf } from "./process-facts.ts";

const STRACE = "/usr/bin/strace";
const SYNCS = "fsync,fdatasync,sync_file_range,msync,syncfs,sync";

export interface SyncCounter {
  /** Since it was started, by all threads and processes of the server. */
  readonly stop: () => Promise<number>;
}

/** @returns undefined when strace is not installed */
export async function startSyncCounter(pid: number, folder: string): Promise<SyncCounter | undefined> {
  if (!existsSync(STRACE)) return undefined;
  const file = join(folder, `syncs-${process.hrtime.bigint()}`);
  const attach = [pid, ...descendantsOf(pid)].flatMap((member) => ["-p", String(member)]);
  // Without --seccomp-bpf, which does not work on processes that run already, each system call costs two stops.
  const strace = spawn(STRACE, ["-f", "-c", "-e", `trace=${SYNCS}`, "-o", file, ...attach], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    strace.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.split(" attached").length > 1) resolve();
    });
    strace.once("close", () => reject(new Error(`strace: ${said.trim()}`)));
  });
  return {
    stop: async () => {
      strace.kill("SIGINT");
      await once(strace, "close");
      return countIn(readFileSync(file, "utf8"));
    },
  };
}

/** Adds up the column `calls` of strace's summary; its last line is the sum, and named `total`. */
export function countIn(summary: string): number {
  return summary
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => SYNCS.split(",").includes(words.at(-1) ?? ""))
    .reduce((sum, words) => sum + Number(words[3]), 0);
}
