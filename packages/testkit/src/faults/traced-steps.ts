/** The durable steps of a program as strace sees them: a second opinion on `durable-steps.ts`. */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const CALLS = [
  "write",
  "writev",
  "pwrite64",
  "pwritev",
  "pwritev2",
  "fsync",
  "fdatasync",
  "sync_file_range",
  "ftruncate",
  "truncate",
  "fallocate",
  "copy_file_range",
  "sendfile",
  "splice",
  "rename",
  "renameat",
  "renameat2",
  "unlink",
  "unlinkat",
  "rmdir",
  "mkdir",
  "mkdirat",
  "mknod",
  "mknodat",
  "link",
  "linkat",
  "symlink",
  "symlinkat",
  "chmod",
  "fchmod",
  "fchmodat",
  "chown",
  "lchown",
  "fchown",
  "fchownat",
];

const TRACE_LIMIT_MS = 10_000;

/** @returns a launcher that runs another under strace, with a trace for each run in `folder` */
export function makeTracedLauncher(launcher: string, folder: string): string {
  const traced = join(folder, "traced");
  // -D: the program stays the child of whoever starts it, and gets the signals.
  const strace = `strace -D -f -y -s 0 -e trace=${CALLS.join(",")}`;
  writeFileSync(traced, `#!/bin/sh\nexec ${strace} -o '${folder}/trace.'$$ '${launcher}' "$@"\n`);
  chmodSync(traced, 0o755);
  return traced;
}

/** How often each call was made below `root`, by all runs; the runs have ended. */
export async function countTracedSteps(folder: string, root: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of readdirSync(folder).filter((file) => file.startsWith("trace."))) {
    const pid = name.slice("trace.".length);
    for (const line of await wholeTrace(join(folder, name), pid)) {
      const call = /^\d+ +(\w+)\(/.exec(line)?.[1];
      if (call !== undefined && line.includes(`${root}/`)) counts[call] = (counts[call] ?? 0) + 1;
    }
  }
  return counts;
}

/** strace writes its last line a moment after the program's end. */
async function wholeTrace(file: string, pid: string): Promise<readonly string[]> {
  const end = performance.now() + TRACE_LIMIT_MS;
  for (;;) {
    const lines = readFileSync(file, "utf8").split("\n");
    if (lines.some((line) => line.startsWith(`${pid} `) && line.includes("+++ "))) return lines;
    if (performance.now() > end) throw new Error(`strace does not end ${file}:\n${lines.slice(-5).join("\n")}`);
    await sleep(10);
  }
}
