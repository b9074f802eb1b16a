/** `minfds` and `minprocs`: limits that are raised at the start, or supervisord does not start. */
import type { ResourceLimit } from "@gateway-engine/core/resource-limits";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { ConfigNotice, DaemonConfig } from "../config/model.ts";

export interface LeastLimitsDeps {
  /** What children would have if nothing was done. */
  readonly found: { readonly openFiles: ResourceLimit; readonly processes: ResourceLimit };
  /** @returns why it could not be set */
  readonly set: (resource: "open-files" | "processes", limit: ResourceLimit) => string | undefined;
}

export interface RaisedLimits {
  /** What children shall have. */
  readonly openFiles: ResourceLimit;
  readonly notices: readonly ConfigNotice[];
}

/** @returns the limits, or the sentence with which supervisord ends */
export function raiseLimits(
  { minfds, minprocs }: Pick<DaemonConfig, "minfds" | "minprocs">,
  { found, set }: LeastLimitsDeps,
): Result<RaisedLimits, string> {
  const openFiles = atLeast(found.openFiles, minfds);
  const processes = atLeast(found.processes, minprocs);
  const notices: ConfigNotice[] = [];
  if (openFiles !== found.openFiles) {
    // Within the hard limit, `OpenFiles` sees to it.
    const mustRaise = openFiles.hard !== found.openFiles.hard;
    if (mustRaise && set("open-files", openFiles) !== undefined)
      return fail(tooFewOpenFiles(minfds, found.openFiles.hard));
    notices.push({ level: "INFO", message: `Increased RLIMIT_NOFILE limit to ${minfds}` });
  }
  if (processes !== found.processes) {
    if (set("processes", processes) !== undefined) return fail(tooFewProcesses(minprocs, found.processes.hard));
    notices.push({ level: "INFO", message: `Increased RLIMIT_NPROC limit to ${minprocs}` });
  }
  return ok({ openFiles, notices });
}

/** The same limit when it is high enough. */
function atLeast(found: ResourceLimit, soft: number): ResourceLimit {
  return found.soft >= soft ? found : { soft, hard: Math.max(soft, found.hard) };
}

// The original's sentences: people look for them.
function tooFewOpenFiles(wanted: number, hard: number): string {
  return `The minimum number of file descriptors required to run this process is ${wanted} as per the "minfds" command-line argument or config file setting. The current environment will only allow you to open ${hard} file descriptors.  Either raise the number of usable file descriptors in your environment (see README.rst) or lower the minfds setting in the config file to allow the process to start.`;
}

function tooFewProcesses(wanted: number, hard: number): string {
  return `The minimum number of available processes required to run this program is ${wanted} as per the "minprocs" command-line argument or config file setting. The current environment will only allow you to open ${hard} processes.  Either raise the number of usable processes in your environment (see README.rst) or lower the minprocs setting in the config file to allow the program to start.`;
}
