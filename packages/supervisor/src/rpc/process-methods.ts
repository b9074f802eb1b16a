/** Starting, stopping and signalling: one process, a group, or all. */
import type { StopOrder } from "../config/extras.ts";
import { startOrder, stopWaves } from "../dependencies/order.ts";
import type { ProcessGroup } from "../groups/process-group.ts";
import { stopBatches } from "../groups/stop-order.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { Launcher } from "../process/launcher.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { isRunning, isSignallable, isStoppable } from "../process/state.ts";
import type { Wishes } from "../process/wishes.ts";
import type { Supervisor } from "../supervisor.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { RpcFault } from "./fault.ts";
import { allProcesses, find, findGroup, findProcess } from "./lookup.ts";
import { GROUP_NAME, NAME, type RpcMethods, type RpcParameter } from "./method.ts";
import { doToAll } from "./outcomes.ts";
import { type ProcessAction, signalAction, startAction, stopAction, stopInOrderAction } from "./process-actions.ts";

export interface ProcessMethodsDeps {
  readonly supervisor: Supervisor;
  readonly launcher: Launcher;
  readonly wishes: Wishes;
  readonly log: DaemonLog;
  /** Today's: it may change with every reread. */
  readonly stopOrder: () => StopOrder;
}

const WAIT: RpcParameter = { name: "wait", type: "boolean", about: "answer only when it is done", otherwise: true };
const SIGNAL: RpcParameter = { name: "signal", type: "string", about: "a name such as HUP, or a number" };

export function processMethods({ supervisor, launcher, wishes, log, stopOrder }: ProcessMethodsDeps): RpcMethods {
  const group = (name: string) => findGroup(supervisor, name).byPriority();
  const all = () => allProcesses(supervisor);
  const startAll = (processes: readonly ManagedProcess[], wait: boolean, signal: AbortSignal) =>
    doToAll(
      startOrder(processes.filter(({ state }) => !isRunning(state))),
      startAction({ launcher, wishes, log }, wait, signal),
    );
  const stopAll = async (groups: readonly ProcessGroup[], wait: boolean, signal: AbortSignal) => {
    const batches = stopBatches(groups, stopOrder(), "request").map((batch) =>
      batch.filter(({ state }) => isStoppable(state)),
    );
    const outcomes: XmlRpcValue[] = [];
    for (const batch of batches.length > 1 ? stopWaves(batches) : batches) {
      outcomes.push(...(await doToAll(batch, stopInOrderAction(batch, stopAction(wishes, wait, signal), signal))));
    }
    return outcomes;
  };
  const signalAll = (processes: readonly ManagedProcess[], signalName: string) =>
    doToAll(
      processes.filter(({ state }) => isSignallable(state)),
      signalAction(signalName),
    );
  return {
    "supervisor.startProcess": {
      help: "Start a process, or with group:* the processes of a group.",
      params: [NAME, WAIT],
      returns: "boolean",
      call: (args, signal) =>
        oneOrGroup(
          supervisor,
          args.text("name"),
          startAction({ launcher, wishes, log }, args.flag("wait"), signal),
          (named) => startAll(named.byPriority(), args.flag("wait"), signal),
        ),
    },
    "supervisor.startProcessGroup": {
      help: "Start the processes of a group that do not run.",
      params: [GROUP_NAME, WAIT],
      returns: "array",
      call: (args, signal) => startAll(group(args.text("name")), args.flag("wait"), signal),
    },
    "supervisor.startAllProcesses": {
      help: "Start every process that does not run.",
      params: [WAIT],
      returns: "array",
      call: (args, signal) => startAll(all(), args.flag("wait"), signal),
    },
    "supervisor.stopProcess": {
      help: "Stop a process, or with group:* the processes of a group.",
      params: [NAME, WAIT],
      returns: "boolean",
      call: (args, signal) =>
        oneOrGroup(supervisor, args.text("name"), stopAction(wishes, args.flag("wait"), signal), (named) =>
          stopAll([named], args.flag("wait"), signal),
        ),
    },
    "supervisor.stopProcessGroup": {
      help: "Stop the processes of a group that run.",
      params: [GROUP_NAME, WAIT],
      returns: "array",
      call: (args, signal) => stopAll([findGroup(supervisor, args.text("name"))], args.flag("wait"), signal),
    },
    "supervisor.stopAllProcesses": {
      help: "Stop every process that runs.",
      params: [WAIT],
      returns: "array",
      call: (args, signal) => stopAll(supervisor.groups(), args.flag("wait"), signal),
    },
    "supervisor.signalProcess": {
      help: "Send a signal to a process, or with group:* to the processes of a group.",
      params: [NAME, SIGNAL],
      returns: "boolean",
      call: (args) =>
        oneOrGroup(supervisor, args.text("name"), signalAction(args.text("signal")), (named) =>
          signalAll(named.byPriority(), args.text("signal")),
        ),
    },
    "supervisor.signalProcessGroup": {
      help: "Send a signal to the processes of a group.",
      params: [GROUP_NAME, SIGNAL],
      returns: "array",
      call: (args) => signalAll(group(args.text("name")), args.text("signal")),
    },
    "supervisor.signalAllProcesses": {
      help: "Send a signal to every process.",
      params: [SIGNAL],
      returns: "array",
      call: (args) => signalAll(all(), args.text("signal")),
    },
    "supervisor.sendProcessStdin": {
      help: "Send text to the standard input of a process.",
      params: [NAME, { name: "chars", type: "string", about: "the text, sent as UTF-8" }],
      returns: "boolean",
      call: (args, signal) => sendStdin(supervisor, args.text("name"), args.value("chars"), signal),
    },
  };
}

async function oneOrGroup(
  supervisor: Supervisor,
  name: string,
  action: ProcessAction,
  wholeGroup: (group: ProcessGroup) => Promise<XmlRpcValue>,
): Promise<XmlRpcValue> {
  const found = find(supervisor, name);
  if (found.kind === "group") return wholeGroup(found.group);
  await action(found.process);
  return true;
}

async function sendStdin(
  supervisor: Supervisor,
  name: string,
  chars: XmlRpcValue,
  signal: AbortSignal,
): Promise<XmlRpcValue> {
  if (typeof chars !== "string" && !(chars instanceof Uint8Array)) {
    throw new RpcFault("INCORRECT_PARAMETERS", JSON.stringify(chars));
  }
  const process = findProcess(supervisor, name);
  const { state } = process;
  if (state.name !== "RUNNING" && state.name !== "STARTING") throw new RpcFault("NOT_RUNNING", name);
  const bytes = typeof chars === "string" ? Buffer.from(chars) : chars;
  if (!(await process.writeStdin(bytes, signal))) throw new RpcFault("NO_FILE", name);
  return true;
}
