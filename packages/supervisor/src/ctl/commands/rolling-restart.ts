/** roll: restarts processes one after another, so that the others serve meanwhile. */
import { readFlag, readList, readProcessInfo } from "../../xmlrpc/answers.ts";
import { faultOf } from "../../xmlrpc/caller.ts";
import { FAULTS } from "../../xmlrpc/faults.ts";
import { EXIT } from "../exit-codes.ts";
import { HELP } from "../help.ts";
import { makeNamespec, splitNamespec } from "../namespec.ts";
import type { CtlSession } from "../session.ts";

/** The next one is stopped when the one before is RUNNING again; one that does not start ends it. */
export async function roll(session: CtlSession, names: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  if (names.length === 0) return session.fail(`Error: roll requires a process name\n${HELP["roll"]}`);
  for (const namespec of await expandNames(session, names)) {
    if (!(await restartOne(session, namespec))) return;
  }
}

/** Of a group, only those that run: the others are not wanted at the moment. */
async function expandNames(session: CtlSession, names: readonly string[]): Promise<readonly string[]> {
  const all = await session.call(readList(readProcessInfo), "getAllProcessInfo");
  const namespecs = names.flatMap((name) => {
    const { group, process } = splitNamespec(name);
    const found = all.filter(
      (info) => name === "all" || (info.group === group && [undefined, info.name].includes(process)),
    );
    if (found.length === 0) session.fail(`${name}: ERROR (no such ${process === undefined ? "group" : "process"})`);
    const wanted =
      process === undefined || name === "all" ? found.filter(({ state }) => RUNNING_STATES.includes(state)) : found;
    return wanted.map((info) => makeNamespec(info.group, info.name));
  });
  return [...new Set(namespecs)];
}

/** STARTING, RUNNING and BACKOFF. */
const RUNNING_STATES = [10, 20, 30];

/** @returns whether to go on */
async function restartOne(session: CtlSession, namespec: string): Promise<boolean> {
  try {
    await session.call(readFlag, "stopProcess", namespec);
    session.print(`${namespec}: stopped`);
  } catch (error) {
    if (faultOf(error)?.code !== FAULTS.NOT_RUNNING) throw error;
  }
  try {
    await session.call(readFlag, "startProcess", namespec);
    session.print(`${namespec}: started`);
    return true;
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    session.fail(`${namespec}: ERROR (${fault.text}); the others were left as they are`, EXIT.notRunning);
    return false;
  }
}
