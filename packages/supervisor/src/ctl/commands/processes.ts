/** start, stop, restart, signal and clear: the same thing for one process, a group, several of both, or all. */
import { type ProcessOutcome, readFlag, readOutcomes } from "../../xmlrpc/answers.ts";
import { faultOf } from "../../xmlrpc/caller.ts";
import { FAULTS } from "../../xmlrpc/faults.ts";
import { EXIT } from "../exit-codes.ts";
import { HELP } from "../help.ts";
import { makeNamespec, splitNamespec } from "../namespec.ts";
import type { CtlSession } from "../session.ts";

export async function start(session: CtlSession, names: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  if (names.length === 0) {
    return session.fail(`Error: start requires a process name\n${HELP["start"]}`, EXIT.invalidArguments);
  }
  await forEach(session, names, START);
}

export async function stop(session: CtlSession, names: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  if (names.length === 0) return session.fail(`Error: stop requires a process name\n${HELP["stop"]}`);
  await forEach(session, names, STOP);
}

export async function restart(session: CtlSession, names: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  if (names.length === 0) return session.fail(`Error: restart requires a process name\n${HELP["restart"]}`);
  await stop(session, names);
  await start(session, names);
}

export async function signal(session: CtlSession, args: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  const [name, ...names] = args;
  if (name === undefined || names.length === 0) {
    return session.fail(`Error: signal requires a signal name and a process name\n${HELP["signal"]}`);
  }
  await forEach(session, names, { ...SIGNAL, params: [name] });
}

export async function clear(session: CtlSession, names: readonly string[]): Promise<void> {
  if (!(await session.isUp())) return;
  if (names.length === 0) return session.fail(`Error: clear requires a process name\n${HELP["clear"]}`);
  await forEach(session, names, CLEAR);
}

/** What differs between the actions. */
interface Action {
  readonly one: string;
  /** The call for a whole group; clear has none, and is sent the name as it is. */
  readonly group?: string;
  readonly all: string;
  readonly params: readonly string[];
  readonly done: string;
  /** What faults mean, by their code; an empty text stands for the fault's own. */
  readonly failures: Readonly<Record<number, string>>;
  /** The fault that is no reason for a bad exit status. */
  readonly harmless?: number;
  readonly noSuchGroupExit: number;
}

const START: Action = {
  one: "startProcess",
  group: "startProcessGroup",
  all: "startAllProcesses",
  params: [],
  done: "started",
  failures: {
    [FAULTS.BAD_NAME]: "no such process",
    [FAULTS.NO_FILE]: "no such file",
    [FAULTS.NOT_EXECUTABLE]: "file is not executable",
    [FAULTS.ALREADY_STARTED]: "already started",
    [FAULTS.SPAWN_ERROR]: "spawn error",
    [FAULTS.ABNORMAL_TERMINATION]: "abnormal termination",
  },
  harmless: FAULTS.ALREADY_STARTED,
  noSuchGroupExit: EXIT.invalidArguments,
};

const SIGNAL: Action = {
  one: "signalProcess",
  group: "signalProcessGroup",
  all: "signalAllProcesses",
  params: [],
  done: "signalled",
  failures: {
    [FAULTS.BAD_NAME]: "no such process",
    [FAULTS.BAD_SIGNAL]: "bad signal name",
    [FAULTS.NOT_RUNNING]: "not running",
    [FAULTS.FAILED]: "",
  },
  noSuchGroupExit: EXIT.generic,
};

const STOP: Action = {
  ...SIGNAL,
  one: "stopProcess",
  group: "stopProcessGroup",
  all: "stopAllProcesses",
  done: "stopped",
  harmless: FAULTS.NOT_RUNNING,
};

const CLEAR: Action = {
  one: "clearProcessLogs",
  all: "clearAllProcessLogs",
  params: [],
  done: "cleared",
  failures: { [FAULTS.BAD_NAME]: "no such process", [FAULTS.FAILED]: "failed" },
  noSuchGroupExit: EXIT.generic,
};

/** Faults that say that a program is dead, or died. */
const DEAD_PROGRAM: readonly number[] = [FAULTS.SPAWN_ERROR, FAULTS.ABNORMAL_TERMINATION, FAULTS.NOT_RUNNING];

async function forEach(session: CtlSession, names: readonly string[], action: Action): Promise<void> {
  if (names.includes("all")) {
    const outcomes = await session.call(readOutcomes, action.all, ...action.params);
    for (const outcome of outcomes) report(session, outcome, action);
    return;
  }
  for (const name of names) {
    const { group, process } = splitNamespec(name);
    if (process === undefined && action.group !== undefined) await wholeGroup(session, group, action);
    else await oneProcess(session, name, action);
  }
}

async function oneProcess(session: CtlSession, name: string, action: Action): Promise<void> {
  const { group, process } = splitNamespec(name);
  const named = { group, name: process ?? "None" };
  try {
    await session.call(readFlag, action.one, name, ...action.params);
    report(session, { ...named, status: FAULTS.SUCCESS, description: "OK" }, action);
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    report(session, { ...named, status: fault.code, description: fault.text }, action);
  }
}

async function wholeGroup(session: CtlSession, group: string, action: Action): Promise<void> {
  try {
    const outcomes = await session.call(readOutcomes, action.group ?? "", group, ...action.params);
    for (const outcome of outcomes) report(session, outcome, action);
  } catch (error) {
    if (faultOf(error)?.code !== FAULTS.BAD_NAME) throw error;
    session.fail(`${group}: ERROR (no such group)`, action.noSuchGroupExit);
  }
}

function report(session: CtlSession, outcome: ProcessOutcome, action: Action): void {
  const name = makeNamespec(outcome.group, outcome.name);
  if (outcome.status === FAULTS.SUCCESS) {
    session.print(`${name}: ${action.done}`);
    return;
  }
  const failure = action.failures[outcome.status];
  if (failure === undefined) throw new TypeError(`Unknown result code ${outcome.status} for ${name}`);
  session.print(failure === "" ? outcome.description : `${name}: ERROR (${failure})`);
  if (outcome.status === action.harmless) return;
  session.exitCode = DEAD_PROGRAM.includes(outcome.status) ? EXIT.notRunning : EXIT.generic;
}
