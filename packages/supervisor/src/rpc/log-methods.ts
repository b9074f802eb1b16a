/** Reading and emptying logs from afar. */
import type { StorageError } from "@gateway-engine/core/errors";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { Channel } from "../logs/auto-log.ts";
import type { MainLog } from "../logs/main-log.ts";
import { type ByteRange, readRange, tailRange } from "../logs/ranges.ts";
import type { Supervisor } from "../supervisor.ts";
import type { XmlRpcValue } from "../xmlrpc/value.ts";
import { RpcFault } from "./fault.ts";
import { allProcesses, findProcess } from "./lookup.ts";
import { type Arguments, LENGTH, NAME, OFFSET, type RpcMethod, type RpcMethods } from "./method.ts";
import { doToAll } from "./outcomes.ts";
import { clearLogsAction } from "./process-actions.ts";

export interface LogMethodsDeps {
  readonly supervisor: Supervisor;
  readonly mainLog: MainLog;
  readonly files: SyncFiles;
}

export function logMethods(deps: LogMethodsDeps): RpcMethods {
  const readMain = readMainLog(deps);
  const [readOut, readErr] = [readProcessLog(deps, "stdout"), readProcessLog(deps, "stderr")];
  const [tailOut, tailErr] = [tailProcessLog(deps, "stdout"), tailProcessLog(deps, "stderr")];
  const clear = clearProcessLogs(deps);
  return {
    "supervisor.readLog": readMain,
    "supervisor.readMainLog": readMain,
    "supervisor.clearLog": clearMainLog(deps),
    "supervisor.readProcessStdoutLog": readOut,
    "supervisor.readProcessLog": readOut,
    "supervisor.readProcessStderrLog": readErr,
    "supervisor.tailProcessStdoutLog": tailOut,
    "supervisor.tailProcessLog": tailOut,
    "supervisor.tailProcessStderrLog": tailErr,
    "supervisor.clearProcessLogs": clear,
    "supervisor.clearProcessLog": clear,
    "supervisor.clearAllProcessLogs": {
      help: "Empty the logs of all processes.",
      params: [],
      returns: "array",
      call: () => doToAll(allProcesses(deps.supervisor), clearLogsAction()),
    },
  };
}

function readMainLog({ mainLog, files }: LogMethodsDeps): RpcMethod {
  return {
    help: "Return a part of the daemon's own log.",
    params: [OFFSET, LENGTH],
    returns: "string",
    call: (args) => readText(files, mainLog.path, rangeOf(args)),
  };
}

function clearMainLog({ mainLog, files }: LogMethodsDeps): RpcMethod {
  return {
    help: "Empty the daemon's own log.",
    params: [],
    returns: "boolean",
    call: () => {
      if (mainLog.path === undefined || files.identity(mainLog.path) === undefined) throw new RpcFault("NO_FILE");
      try {
        mainLog.clear();
      } catch {
        throw new RpcFault("FAILED");
      }
      mainLog.write("INFO", "reopening log file");
      return true;
    },
  };
}

function readProcessLog({ supervisor, files }: LogMethodsDeps, channel: Channel): RpcMethod {
  return {
    help: `Return a part of what a process wrote to ${channel}.`,
    params: [NAME, OFFSET, LENGTH],
    returns: "string",
    call: (args) => {
      const process = findProcess(supervisor, args.text("name"));
      return readText(files, process.streams.logfiles[channel], rangeOf(args));
    },
  };
}

function tailProcessLog({ supervisor, files }: LogMethodsDeps, channel: Channel): RpcMethod {
  return {
    help: `Return the last bytes that a process wrote to ${channel}, the size of its log, and whether more was left out.`,
    params: [NAME, OFFSET, LENGTH],
    returns: "array",
    call: (args) => {
      const path = findProcess(supervisor, args.text("name")).streams.logfiles[channel];
      const size = path === undefined ? undefined : files.size(path);
      if (path === undefined || size === undefined) return ["", 0, false];
      const { offset, length, overflow } = tailRange(size, rangeOf(args));
      return [decode(files.readRange(path, offset, length)), size, overflow];
    },
  };
}

function clearProcessLogs({ supervisor }: LogMethodsDeps): RpcMethod {
  return {
    help: "Empty the logs of a process.",
    params: [NAME],
    returns: "boolean",
    call: async (args) => {
      await clearLogsAction()(findProcess(supervisor, args.text("name")));
      return true;
    },
  };
}

/** @throws RpcFault NO_FILE, BAD_ARGUMENTS or FAILED */
function readText(files: SyncFiles, path: string | undefined, wanted: ByteRange): XmlRpcValue {
  if (path === undefined || files.identity(path) === undefined) throw new RpcFault("NO_FILE", path);
  const size = files.size(path);
  if (size === undefined) throw new RpcFault("FAILED");
  const range = readRange(size, wanted);
  if (!range.ok) throw new RpcFault(range.problem);
  try {
    return decode(files.readRange(path, range.value.offset, range.value.length));
  } catch (error) {
    throw new RpcFault("FAILED", (error as StorageError).message);
  }
}

function rangeOf(args: Arguments): ByteRange {
  return { offset: args.int("offset"), length: args.int("length") };
}

/** A range may cut a character in two, and a log may hold anything: what is not UTF-8 becomes U+FFFD. */
function decode(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
