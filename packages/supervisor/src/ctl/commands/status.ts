/** status, pid and avail: what there is, and how it does. */
import { readFlag, readList, readNumber, readProcessInfo, readStruct, readText } from "../../xmlrpc/answers.ts";
import { faultOf } from "../../xmlrpc/caller.ts";
import { FAULTS } from "../../xmlrpc/faults.ts";
import { EXIT } from "../exit-codes.ts";
import { HELP } from "../help.ts";
import { makeNamespec, splitNamespec } from "../namespec.ts";
import type { CtlSession } from "../session.ts";
import { describeLong, printJson, readWholeProcess, takeStatusForm, type WholeProcess } from "./long-status.ts";

/** STOPPED, EXITED, FATAL and UNKNOWN. */
const STOPPED_STATES = [0, 100, 200, 1000];

export async function status(session: CtlSession, args: readonly string[]): Promise<void> {
  if (!(await session.isUp())) {
    session.exitCode = EXIT.unknown;
    return;
  }
  const { form, names } = takeStatusForm(args);
  const all = await session.call(readList(readWholeProcess), "getAllProcessInfo");
  const shown = names.length === 0 || names.includes("all") ? all : names.flatMap((name) => find(session, all, name));
  if (form === "json") printJson(session, shown);
  else showStatuses(session, shown, form);
  if (shown.some((info) => STOPPED_STATES.includes(info.state))) session.exitCode = EXIT.notAllRunning;
}

export async function pid(session: CtlSession, names: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  if (names.length === 0) return session.print(String(await session.call(readNumber, "getPID")));
  if (names.includes("all")) {
    const all = await session.call(readList(readProcessInfo), "getAllProcessInfo");
    for (const info of all) session.print(String(info.pid));
    return;
  }
  for (const name of names) await pidOf(session, name);
}

export async function avail(session: CtlSession, args: readonly string[]): Promise<void> {
  if (args.length > 0) return session.fail(`Error: avail accepts no arguments\n${HELP["avail"]}`);
  try {
    for (const info of await session.call(readList(readConfigInfo), "getAllConfigInfo")) {
      const name = makeNamespec(info.group, info.name).padEnd(32);
      const use = (info.inuse ? "in use" : "avail").padEnd(9);
      const start = (info.autostart ? "auto" : "manual").padEnd(9);
      session.print(`${name} ${use} ${start} ${info.group_prio}:${info.process_prio}`);
    }
  } catch (error) {
    if (faultOf(error)?.code !== FAULTS.SHUTDOWN_STATE) throw error;
    session.fail("ERROR: supervisor shutting down");
  }
}

const readConfigInfo = readStruct<{
  name: string;
  group: string;
  inuse: boolean;
  autostart: boolean;
  group_prio: number;
  process_prio: number;
}>({
  name: readText,
  group: readText,
  inuse: readFlag,
  autostart: readFlag,
  group_prio: readNumber,
  process_prio: readNumber,
});

function find(session: CtlSession, all: readonly WholeProcess[], name: string): readonly WholeProcess[] {
  const { group, process } = splitNamespec(name);
  const found = all.filter((info) => info.group === group && (process === undefined || info.name === process));
  if (found.length === 0) {
    const line = process === undefined ? `${group}: ERROR (no such group)` : `${name}: ERROR (no such process)`;
    session.fail(line, EXIT.unknown);
  }
  return found;
}

function showStatuses(session: CtlSession, infos: readonly WholeProcess[], form: "short" | "long"): void {
  const names = infos.map((info) => makeNamespec(info.group, info.name));
  const width = Math.max(30, ...names.map((name) => [...name].length)) + 3;
  for (const [index, info] of infos.entries()) {
    session.print(`${(names[index] ?? "").padEnd(width)}${info.statename.padEnd(10)}${info.description}`);
    const more = form === "long" ? describeLong(info.struct) : undefined;
    if (more !== undefined) session.print(`${" ".repeat(width)}${more}`);
  }
  if (form === "long" && infos.some(({ struct }) => describeLong(struct) === undefined)) {
    session.deps.complain(TELLS_NO_MORE);
  }
}

const TELLS_NO_MORE =
  "this supervisord tells no more than status without -l; Gateway Engine's does with extended_status = true in its section [gateway-engine]";

async function pidOf(session: CtlSession, name: string): Promise<void> {
  try {
    const info = await session.call(readProcessInfo, "getProcessInfo", name);
    session.print(String(info.pid));
    if (info.pid === 0) session.exitCode = EXIT.notRunning;
  } catch (error) {
    if (faultOf(error)?.code !== FAULTS.BAD_NAME) throw error;
    session.fail(`No such process ${name}`);
  }
}
