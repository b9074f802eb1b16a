/** The daemon itself: what it is, what it has read, and its end. */
import { type DaemonState, MOOD_CODES, type Mood } from "../daemon/daemon-state.ts";
import type { EventPublisher } from "../events/event-bus.ts";
import type { Supervisor } from "../supervisor.ts";
import { RpcFault } from "./fault.ts";
import { GROUP_NAME, type RpcMethods } from "./method.ts";

export interface DaemonMethodsDeps {
  readonly supervisor: Supervisor;
  readonly state: DaemonState;
  readonly events: EventPublisher;
  readonly pid: number;
  /** Begins the end; resolves later than the answer is sent. */
  readonly end: (mood: Exclude<Mood, "RUNNING">) => void;
}

/** The version of this interface, which supervisorctl insists on. */
const API_VERSION = "3.0";

/** The release of the original whose behaviour this daemon has. Clients compare it with what they need. */
const COMPATIBLE_VERSION = "4.2.5";

export function daemonMethods(deps: DaemonMethodsDeps): RpcMethods {
  return { ...identityMethods(deps), ...configurationMethods(deps) };
}

function identityMethods({ state, pid, end, events }: DaemonMethodsDeps): RpcMethods {
  const version = { help: "Return the version of this interface.", params: [], returns: "string" } as const;
  return {
    "supervisor.getAPIVersion": { ...version, call: () => API_VERSION },
    "supervisor.getVersion": { ...version, call: () => API_VERSION },
    "supervisor.getSupervisorVersion": {
      help: "Return the release of supervisor that this daemon is compatible with.",
      params: [],
      returns: "string",
      call: () => COMPATIBLE_VERSION,
    },
    "supervisor.getIdentification": {
      help: "Return the configured identifier.",
      params: [],
      returns: "string",
      call: () => state.config.daemon.identifier,
    },
    "supervisor.getState": {
      help: "Return what the daemon is about.",
      params: [],
      returns: "struct",
      call: () => ({ statecode: MOOD_CODES[state.mood], statename: state.mood }),
    },
    "supervisor.getPID": { help: "Return the pid of the daemon.", params: [], returns: "int", call: () => pid },
    "supervisor.shutdown": {
      help: "Stop every process and end.",
      params: [],
      returns: "boolean",
      call: () => {
        end("SHUTDOWN");
        return true;
      },
    },
    "supervisor.restart": {
      help: "Stop every process, read the configuration, and begin again.",
      params: [],
      returns: "boolean",
      call: () => {
        end("RESTARTING");
        return true;
      },
    },
    "supervisor.sendRemoteCommEvent": {
      help: "Send an event to the event listeners that want it.",
      params: [
        { name: "type", type: "string", about: "the type in the event" },
        { name: "data", type: "string", about: "the data of the event" },
      ],
      returns: "boolean",
      call: (args) => {
        events.publish({ kind: "remote-communication", type: args.text("type"), data: args.text("data") });
        return true;
      },
    },
  };
}

function configurationMethods({ supervisor }: DaemonMethodsDeps): RpcMethods {
  return {
    "supervisor.reloadConfig": {
      help: "Read the configuration again and return [[added, changed, removed]], names of groups. Nothing is changed yet.",
      params: [],
      returns: "array",
      call: () => {
        const changes = supervisor.reloadConfig();
        if (!changes.ok) throw new RpcFault("CANT_REREAD", changes.problem.message);
        const { added, changed, removed } = changes.value;
        return [[added, changed, removed]];
      },
    },
    "supervisor.addProcessGroup": {
      help: "Activate a group of the configuration as last read.",
      params: [GROUP_NAME],
      returns: "boolean",
      call: async (args) => {
        const name = args.text("name");
        const added = await supervisor.addGroup(name);
        if (!added.ok) throw new RpcFault(added.problem === "unknown" ? "BAD_NAME" : "ALREADY_ADDED", name);
        return true;
      },
    },
    "supervisor.removeProcessGroup": {
      help: "Take a group whose processes are all stopped out of the active ones.",
      params: [GROUP_NAME],
      returns: "boolean",
      call: async (args) => {
        const name = args.text("name");
        const removed = await supervisor.removeGroup(name);
        if (!removed.ok) throw new RpcFault(removed.problem === "unknown" ? "BAD_NAME" : "STILL_RUNNING", name);
        return true;
      },
    },
  };
}
