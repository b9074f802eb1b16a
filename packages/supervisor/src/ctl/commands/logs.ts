/** tail and maintail: the end of a log, once or as it grows. */
import { CancelledError } from "@gateway-engine/core/errors";
import { pythonRepr } from "../../config/python-repr.ts";
import { readText } from "../../xmlrpc/answers.ts";
import { faultOf, unreachable } from "../../xmlrpc/caller.ts";
import { FAULTS } from "../../xmlrpc/faults.ts";
import { HELP } from "../help.ts";
import type { CtlSession } from "../session.ts";

/** Bytes that are shown when nothing else is asked for. */
const DEFAULT_BYTES = 1600;

export async function tail(session: CtlSession, args: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  if (args.length < 1) return session.fail(`Error: too few arguments\n${HELP["tail"]}`);
  if (args.length > 3) return session.fail(`Error: too many arguments\n${HELP["tail"]}`);
  const modifier = args[0]?.startsWith("-") ? args[0] : undefined;
  const [name, ...channels] = modifier === undefined ? args : args.slice(1);
  if (name === undefined) return session.fail("Error: tail requires process name");
  const channel = channels.at(-1)?.toLowerCase() ?? "stdout";
  if (channel !== "stdout" && channel !== "stderr") return session.fail(`Error: bad channel ${pythonRepr(channel)}`);
  const amount = readModifier(modifier);
  if (amount === undefined) return session.fail(`Error: bad argument ${modifier}`);
  if (amount === "follow") return follow(session, `/logtail/${encodeURIComponent(name)}/${channel}`);
  const method = channel === "stdout" ? "readProcessStdoutLog" : "readProcessStderrLog";
  await show(session, name, () => session.call(readText, method, name, -amount, 0));
}

export async function maintail(session: CtlSession, args: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  if (args.length > 1) return session.fail(`Error: too many arguments\n${HELP["maintail"]}`);
  const [modifier] = args;
  const amount = modifier === undefined || modifier.startsWith("-") ? readModifier(modifier) : undefined;
  if (amount === undefined) return session.fail(`Error: bad argument ${modifier}`);
  if (amount === "follow") return follow(session, "/mainlogtail");
  await show(session, "supervisord", () => session.call(readText, "readLog", -amount, 0));
}

/** `-f`, or `-` and a number of bytes. */
function readModifier(modifier: string | undefined): number | "follow" | undefined {
  if (modifier === undefined) return DEFAULT_BYTES;
  if (modifier === "-f") return "follow";
  return /^-[+-]?\d+$/.test(modifier) ? Number(modifier.slice(1)) : undefined;
}

async function show(session: CtlSession, name: string, read: () => Promise<string>): Promise<void> {
  try {
    session.print(await read());
  } catch (error) {
    const problem = LOG_PROBLEMS[faultOf(error)?.code ?? 0];
    if (problem === undefined) throw error;
    session.fail(`${name}: ERROR (${problem})`);
  }
}

const LOG_PROBLEMS: Readonly<Record<number, string>> = {
  [FAULTS.NO_FILE]: "no log file",
  [FAULTS.FAILED]: "unknown error reading log",
  [FAULTS.BAD_NAME]: "no such process name",
};

/** Until Ctrl-C, or until supervisord ends. */
async function follow(session: CtlSession, path: string): Promise<void> {
  session.print("==> Press Ctrl-C to exit <==");
  try {
    await session.deps.untilInterrupted((signal) => session.follow(path, signal));
  } catch (error) {
    if (!(error instanceof CancelledError)) throw unreachable(error, session.serverUrl);
    session.print("");
  }
}
