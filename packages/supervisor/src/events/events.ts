/**
 * What happens in the daemon, as event listeners are told of it.
 *
 * @see http://supervisord.org/events.html
 */
import type { Channel } from "../logs/auto-log.ts";
import type { StateName } from "../process/state.ts";

export type SupervisorEvent =
  | ProcessStateEvent
  | ProcessOutputEvent
  | { readonly kind: "remote-communication"; readonly type: string; readonly data: string }
  | { readonly kind: "tick"; readonly periodSeconds: TickPeriod /** Seconds since 1970. */; readonly when: number }
  | { readonly kind: "process-group"; readonly change: "ADDED" | "REMOVED"; readonly group: string }
  | { readonly kind: "supervisor-state"; readonly state: "RUNNING" | "STOPPING" };

/** A process entered a state. */
export interface ProcessStateEvent extends EventProcess {
  readonly kind: "process-state";
  readonly from: StateName;
  readonly to: StateName;
  /** Of the run that the event is about; undefined where there is none. */
  readonly pid: number | undefined;
  /** Starts in series that failed. */
  readonly tries: number;
  /** For EXITED: whether its exit status was one of `exitcodes`. */
  readonly expected: boolean;
}

/** A process wrote something: all that it writes (`process-log`), or a passage that it marked (`process-communication`). */
export interface ProcessOutputEvent extends EventProcess {
  readonly kind: "process-log" | "process-communication";
  readonly channel: Channel;
  readonly pid: number;
  readonly data: Uint8Array;
}

export interface EventProcess {
  readonly process: string;
  readonly group: string;
}

export type TickPeriod = 5 | 60 | 3600;
