/** What supervisord does to its own process before anything runs: whom it is, and how much it may use. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { becomeUser, isRoot } from "@gateway-engine/platform/privileges";
import { foundOpenFiles, readLimit, setLimit } from "@gateway-engine/platform/resource-limits";
import type { ConfigNotice, DaemonConfig } from "../config/model.ts";
import { pythonRepr } from "../config/python-repr.ts";
import { raiseLimits } from "./least-limits.ts";
import { OpenFiles } from "./open-files.ts";

export interface Settled {
  readonly openFiles: OpenFiles;
  /** For the main log, which is opened later, by whom we have become. */
  readonly notices: readonly ConfigNotice[];
}

/** @returns the sentence with which supervisord ends when something is not possible */
export function settle(config: DaemonConfig): Result<Settled, string> {
  const problem = config.user === undefined ? undefined : becomeUser(config.user);
  if (problem !== undefined) return fail(`Can't setuid to user ${config.user?.name}: ${problem}`);
  const raised = raiseLimits(config, {
    found: { openFiles: foundOpenFiles(), processes: readLimit("processes") },
    set: setLimit,
  });
  if (!raised.ok) return raised;
  const openFiles = new OpenFiles(raised.value.openFiles, readLimit("open-files"), {
    set: (limit) => setLimit("open-files", limit),
  });
  return ok({ openFiles, notices: raised.value.notices });
}

/** The same in every life, as the original says it. */
export function identityNotice({ user }: DaemonConfig): readonly ConfigNotice[] {
  if (user !== undefined) return [{ level: "INFO", message: `Set uid to user ${user.uid} succeeded` }];
  return isRoot() ? [{ level: "CRIT", message: RUNS_AS_ROOT }] : [];
}

/** The same for a daemon that has left its terminal. */
export function backgroundNotices({ directory }: DaemonConfig): readonly ConfigNotice[] {
  const said: ConfigNotice[] = [{ level: "INFO", message: "daemonizing the supervisord process" }];
  if (directory === undefined) return said;
  return [...said, { level: "INFO", message: `set current directory: ${pythonRepr(directory)}` }];
}

/** The original's words. */
const RUNS_AS_ROOT =
  "Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  If you intend to run as root, you can set user=root in the config file to avoid this message.";
