/** What a gateway may find where it is installed: who it is, whose supervisor there is, and how a script can be taken back. */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { findAccount } from "@gateway-engine/platform/accounts";
import { realSupervisord } from "../../../../e2e/test-system/real-supervisord.ts";

export interface Environment {
  readonly name: string;
  /** As the journal has it of every install of an application with a program. */
  readonly undo: "overlay" | "script";
  /** Without it, root. */
  readonly account?: Account;
  /** The command line of the supervisor for a gateway in a folder. */
  readonly supervisor: (root: string) => CommandLine;
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
}

const LAUNCHERS = resolve(import.meta.dirname, "../../../../node_modules/.bin");

export const ENVIRONMENTS: readonly Environment[] = [
  { name: "root, layers", undo: "overlay", supervisor: ourSupervisord },
  { name: "root, scripts", undo: "script", supervisor: ourSupervisord },
  { name: "ordinary user", undo: "script", account: accountOf("daemon"), supervisor: ourSupervisord },
  { name: "Debian's supervisord, layers", undo: "overlay", supervisor: debianSupervisord },
];

export function engineOf(environment: Environment): CommandLine {
  return inAccount(environment, { program: `${LAUNCHERS}/gwe`, args: [] });
}

export function supervisorOf(environment: Environment, root: string): CommandLine {
  return inAccount(environment, environment.supervisor(root));
}

/** `setpriv` takes the program's place, so a signal to the one reaches the other. */
function inAccount({ account }: Environment, line: CommandLine): CommandLine {
  if (account === undefined) return line;
  const become = [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups", "--"];
  return { program: "/usr/bin/setpriv", args: [...become, line.program, ...line.args] };
}

function ourSupervisord(): CommandLine {
  return { program: `${LAUNCHERS}/supervisord`, args: ["-n"] };
}

function debianSupervisord(root: string): CommandLine {
  mkdirSync(`${root}/etc/supervisor`, { recursive: true });
  const { executable, args } = realSupervisord(root).daemon;
  return { program: executable, args };
}

export function accountOf(name: string): Account {
  const account = findAccount(name);
  if (account === undefined) throw new Error(`this test needs the account ${name}`);
  return { uid: account.uid, gid: account.gid };
}
