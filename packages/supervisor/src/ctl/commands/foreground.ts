/** fg: a process's output on our screen, and our lines on its standard input. */
import { CancelledError } from "@gateway-engine/core/errors";
import { readFlag, readProcessInfo } from "../../xmlrpc/answers.ts";
import { faultOf } from "../../xmlrpc/caller.ts";
import { FAULTS } from "../../xmlrpc/faults.ts";
import { HELP } from "../help.ts";
import type { CtlSession } from "../session.ts";

const RUNNING = 20;

export async function fg(session: CtlSession, args: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  const [name, ...more] = args;
  if (name === undefined) return session.fail(`ERROR: no process name supplied\n${HELP["fg"]}`);
  if (more.length > 0) return session.fail("ERROR: too many process names supplied");
  try {
    if (!(await isRunning(session, name))) return session.fail("ERROR: process not running");
  } catch (error) {
    if (faultOf(error)?.code !== FAULTS.BAD_NAME) throw error;
    return session.fail("ERROR: bad process name supplied");
  }
  session.print("==> Press Ctrl-C to exit <==");
  await session.deps.untilInterrupted((signal) => connect(session, name, signal));
}

/** Until the input ends, the process does, or `interrupted` aborts. */
async function connect(session: CtlSession, name: string, interrupted: AbortSignal): Promise<void> {
  const end = new AbortController();
  const signal = AbortSignal.any([interrupted, end.signal]);
  const outputs = ["stdout", "stderr"].map((channel) =>
    show(session, `/logtail/${encodeURIComponent(name)}/${channel}`, signal),
  );
  try {
    await passLines(session, name, interrupted);
  } finally {
    end.abort();
    await Promise.all(outputs);
    session.print("Exiting foreground");
  }
}

async function isRunning(session: CtlSession, name: string): Promise<boolean> {
  return (await session.call(readProcessInfo, "getProcessInfo", name)).state === RUNNING;
}

async function show(session: CtlSession, path: string, signal: AbortSignal): Promise<void> {
  try {
    await session.follow(path, signal);
  } catch (error) {
    if (!(error instanceof CancelledError)) session.deps.complain(`${session.serverUrl}${path} ${String(error)}`);
  }
}

async function passLines(session: CtlSession, name: string, interrupted: AbortSignal): Promise<void> {
  const nextLine = () => session.deps.ask("", interrupted);
  for (let line = await nextLine(); line !== undefined; line = await nextLine()) {
    try {
      await session.call(readFlag, "sendProcessStdin", name, `${line}\n`);
      if (await isRunning(session, name)) continue;
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined) throw error;
      if (fault.code !== FAULTS.NOT_RUNNING) return session.print(`ERROR: <Fault ${fault.code}: ${fault.text}>`);
    }
    return session.print("Process got killed");
  }
}
