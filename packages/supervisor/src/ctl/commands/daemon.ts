/** version, reload, shutdown and open: supervisord itself. */
import { readFlag, readText } from "../../xmlrpc/answers.ts";
import { faultOf } from "../../xmlrpc/caller.ts";
import { FAULTS } from "../../xmlrpc/faults.ts";
import { HELP } from "../help.ts";
import { type CtlSession, connectionProblem } from "../session.ts";
import { status } from "./status.ts";

export async function version(session: CtlSession, args: readonly string[]): Promise<void> {
  if (args.length > 0) return session.fail(`Error: version accepts no arguments\n${HELP["version"]}`);
  if (await session.isUp()) session.print(await session.call(readText, "getSupervisorVersion"));
}

export async function reload(session: CtlSession, args: readonly string[]): Promise<void> {
  if (args.length > 0) return session.fail(`Error: reload accepts no arguments\n${HELP["reload"]}`);
  if (!(await isMeant(session, "Really restart the remote supervisord process y/N? "))) return;
  try {
    await session.call(readFlag, "restart");
    session.print("Restarted supervisord");
  } catch (error) {
    if (faultOf(error)?.code !== FAULTS.SHUTDOWN_STATE) throw error;
    session.fail("ERROR: already shutting down");
  }
}

export async function shutdown(session: CtlSession, args: readonly string[]): Promise<void> {
  if (args.length > 0) return session.fail(`Error: shutdown accepts no arguments\n${HELP["shutdown"]}`);
  if (!(await isMeant(session, "Really shut the remote supervisord process down y/N? "))) return;
  try {
    await session.call(readFlag, "shutdown");
    session.print("Shut down");
  } catch (error) {
    const reason = connectionProblem(error);
    const { serverUrl } = session;
    if (faultOf(error)?.code === FAULTS.SHUTDOWN_STATE) session.print("ERROR: already shutting down");
    else if (reason === "ECONNREFUSED") session.fail(`ERROR: ${serverUrl} refused connection (already shut down?)`);
    else if (reason === "ENOENT") session.fail(`ERROR: ${serverUrl} no such file (already shut down?)`);
    else throw error;
  }
}

export async function open(session: CtlSession, args: readonly string[]): Promise<void> {
  const url = args.join(" ");
  if (!/^(unix|http):/.test(url)) return session.fail("ERROR: url must be http:// or unix://");
  session.open(url);
  const before = session.exitCode;
  await status(session, []);
  session.exitCode = before;
}

async function isMeant(session: CtlSession, question: string): Promise<boolean> {
  if (!session.deps.interactive) return true;
  return /^y/i.test((await session.deps.ask(question)) ?? "");
}
