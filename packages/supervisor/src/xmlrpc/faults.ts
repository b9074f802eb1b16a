import type { XmlRpcFault } from "./value.ts";

/** The faults that supervisord answers with. Their numbers are part of its interface. */
export const FAULTS = {
  UNKNOWN_METHOD: 1,
  INCORRECT_PARAMETERS: 2,
  BAD_ARGUMENTS: 3,
  SIGNATURE_UNSUPPORTED: 4,
  SHUTDOWN_STATE: 6,
  BAD_NAME: 10,
  BAD_SIGNAL: 11,
  NO_FILE: 20,
  NOT_EXECUTABLE: 21,
  FAILED: 30,
  ABNORMAL_TERMINATION: 40,
  SPAWN_ERROR: 50,
  ALREADY_STARTED: 60,
  NOT_RUNNING: 70,
  /** Not a fault: the status of what went well, in the lists that calls for a whole group answer. */
  SUCCESS: 80,
  ALREADY_ADDED: 90,
  STILL_RUNNING: 91,
  CANT_REREAD: 92,
} as const;

export type FaultName = keyof typeof FAULTS;

/** A fault as supervisord words it: `BAD_NAME` or `BAD_NAME: the name`. */
export function makeFault(name: FaultName, extra?: string): XmlRpcFault {
  return { code: FAULTS[name], text: extra === undefined ? name : `${name}: ${extra}` };
}
