/** What the buttons do. */
import { RpcFault } from "../rpc/fault.ts";
import { FAULTS } from "../xmlrpc/faults.ts";
import { isArray, isStruct, type XmlRpcValue } from "../xmlrpc/value.ts";
import { type Call, faultName } from "./calls.ts";

/** The original's names. */
export type ActionName = "start" | "restart" | "stop" | "clearlog" | "restartall" | "stopall" | "clearmainlog";

interface Action {
  readonly label: string;
  /** What is said when it went well. */
  readonly done: string;
  /** Whether it is about one process. */
  readonly ofProcess: boolean;
  readonly act: (call: Call, process: string) => Promise<XmlRpcValue>;
}

const ACTIONS: Readonly<Record<ActionName, Action>> = {
  start: {
    label: "Start",
    done: "was started",
    ofProcess: true,
    act: (call, process) => call("startProcess", process),
  },
  restart: {
    label: "Restart",
    done: "was restarted",
    ofProcess: true,
    act: async (call, process) => {
      await call("stopProcess", process).catch(unlessNotRunning);
      return call("startProcess", process);
    },
  },
  stop: { label: "Stop", done: "was stopped", ofProcess: true, act: (call, process) => call("stopProcess", process) },
  clearlog: {
    label: "Clear log",
    done: "has empty logs now",
    ofProcess: true,
    act: (call, process) => call("clearProcessLogs", process),
  },
  restartall: {
    label: "Restart all",
    done: "All processes were restarted",
    ofProcess: false,
    act: async (call) => {
      await call("stopAllProcesses");
      return call("startAllProcesses");
    },
  },
  stopall: {
    label: "Stop all",
    done: "All processes were stopped",
    ofProcess: false,
    act: (call) => call("stopAllProcesses"),
  },
  clearmainlog: {
    label: "Clear supervisor log",
    done: "The log of supervisord is empty now",
    ofProcess: false,
    act: (call) => call("clearLog"),
  },
};

export function actionOf(name: ActionName): Action {
  return ACTIONS[name];
}

export function isAction(name: string | null): name is ActionName {
  return name !== null && Object.hasOwn(ACTIONS, name);
}

/** @returns `OK`, or the name of the first fault */
export async function carryOut(action: ActionName, process: string, call: Call): Promise<string> {
  try {
    return outcomeOf(await ACTIONS[action].act(call, process));
  } catch (error) {
    if (error instanceof RpcFault) return faultName(error.fault.code);
    throw error;
  }
}

/** Calls for many processes answer with a list of what came of each. */
function outcomeOf(answer: XmlRpcValue): string {
  const results = isArray(answer) ? answer.filter(isStruct) : [];
  const failed = results.map(({ status }) => Number(status)).find((status) => status !== FAULTS.SUCCESS);
  return failed === undefined ? "OK" : faultName(failed);
}

function unlessNotRunning(error: unknown): void {
  if (!(error instanceof RpcFault) || error.fault.code !== FAULTS.NOT_RUNNING) throw error;
}
