/** The two daemons that have to do the same. */
import { resolve } from "node:path";

export interface DaemonKind {
  readonly name: "ours" | "real";
  /** The program that is started. */
  readonly supervisord: string;
}

const LAUNCHERS = resolve(import.meta.dirname, "../../../../node_modules/.bin");

const OURS: DaemonKind = {
  name: "ours",
  // Set where a daemon that was altered on purpose has to be found out.
  supervisord: process.env["BLACK_BOX_SUPERVISORD"] ?? resolve(LAUNCHERS, "supervisord"),
};

/** Debian's package `supervisor`. */
export const REAL: DaemonKind = { name: "real", supervisord: "/usr/bin/supervisord" };

export const REAL_SUPERVISORCTL = "/usr/bin/supervisorctl";
export const OUR_SUPERVISORCTL: string = resolve(LAUNCHERS, "supervisorctl");

export const DAEMON_KINDS: readonly DaemonKind[] =
  process.env["BLACK_BOX_SUPERVISORD"] === undefined ? [OURS, REAL] : [OURS];
