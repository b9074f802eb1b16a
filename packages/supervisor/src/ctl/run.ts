/** One line of input to the action that it names. */
import { add, remove, reread, update } from "./commands/configuration.ts";
import { open, reload, shutdown, version } from "./commands/daemon.ts";
import { fg } from "./commands/foreground.ts";
import { maintail, tail } from "./commands/logs.ts";
import { clear, restart, signal, start, stop } from "./commands/processes.ts";
import { roll } from "./commands/rolling-restart.ts";
import { avail, pid, status } from "./commands/status.ts";
import { describeUnexpected, isUnauthorized } from "./describe-error.ts";
import { HELP, HELP_OVERVIEW } from "./help.ts";
import type { CtlSession } from "./session.ts";

type Action = (session: CtlSession, args: readonly string[]) => void | Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = {
  add,
  avail,
  clear,
  fg,
  help,
  maintail,
  open,
  pid,
  reload,
  remove,
  reread,
  restart,
  roll,
  shutdown,
  signal,
  start,
  status,
  stop,
  tail,
  update,
  version,
};

/** The actions that end the interactive shell. */
const ENDINGS = ["quit", "exit", "EOF"];

export const ACTION_NAMES: readonly string[] = [...Object.keys(ACTIONS), "quit", "exit"].sort();

/** @returns whether the interactive shell goes on */
export async function runLine(session: CtlSession, input: string): Promise<boolean> {
  const line = input.trim().replace(/^\?/, "help ");
  if (line === "") return true;
  const [, name = "", rest = ""] = /^(\w*)(.*)$/s.exec(line) ?? [];
  if (ENDINGS.includes(name)) {
    session.print("");
    return false;
  }
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    session.fail(`*** Unknown syntax: ${line}`);
    return true;
  }
  try {
    await action(
      session,
      rest.split(/\s+/).filter((word) => word !== ""),
    );
  } catch (error) {
    if (isUnauthorized(error)) session.print("Server requires authentication");
    session.fail(describeUnexpected(error));
  }
  return true;
}

function help(session: CtlSession, args: readonly string[]): void {
  const topic = args.join(" ");
  if (topic === "") session.print(HELP_OVERVIEW);
  else session.print((Object.hasOwn(HELP, topic) ? HELP[topic] : undefined) ?? `*** No help on ${topic}`);
}
