/**
 * The states of one install. Each is a durable row of the journal, written before what the state is about is done;
 * what is on disk in each, and what a restart does, is the table in docs/reference/install-journal.md.
 */

/** An application in a version. */
export interface Release {
  readonly app: string;
  readonly version: string;
}

export interface UnpackedRelease extends Release {
  /** The folder within the release folder that holds install.sh; empty for the release folder itself. */
  readonly contentRoot: string;
  /** Whether it has a supervisor.conf. A package without one is a one-off: its script runs at most once. */
  readonly hasProgram: boolean;
}

/** What was in force before, so that it can be again. */
export interface Predecessor {
  /** Empty when the application was not installed. */
  readonly version: string;
  /** The text of the supervisor's file of the application, or null when there was none. */
  readonly conf: string | null;
}

/** How far the install had come, so what there is to undo: only a new folder, what a script did, or a program that was switched. */
export type Undo =
  | { readonly kind: "folder" }
  | { readonly kind: "script"; readonly previous: Predecessor }
  | { readonly kind: "switch"; readonly previous: Predecessor };

/** Why an install did not end in `committed`. */
export interface Failure {
  readonly status: "failed" | "interrupted" | "rejected";
  /** Of docs/reference/errors.md. */
  readonly code: string;
  /** One line for a person. */
  readonly message: string;
}

/** What every state carries along for the report. */
interface Carried {
  /** How often the engine began again while this install was under way. */
  readonly restarts: number;
  /** The package checks, one line a rule. */
  readonly checks: readonly string[];
  /** The last part of what the script printed. */
  readonly output: string;
}

export interface Requested extends Carried {
  readonly kind: "requested";
}

export interface Downloading extends Carried {
  readonly kind: "downloading";
}

export interface Verified extends Carried {
  readonly kind: "verified";
  readonly release: Release;
}

export interface Staged extends Carried {
  readonly kind: "staged";
  readonly release: UnpackedRelease;
}

export interface Installing extends Carried {
  readonly kind: "installing";
  readonly release: UnpackedRelease;
  readonly previous: Predecessor;
  /** The boot of the machine in which the script was started. */
  readonly bootId: string;
  /** How often the machine restarted while the script ran. */
  readonly reboots: number;
}

export interface Switching extends Carried {
  readonly kind: "switching";
  readonly release: UnpackedRelease;
  readonly previous: Predecessor;
}

export interface Probation extends Carried {
  readonly kind: "probation";
  readonly release: UnpackedRelease;
  readonly previous: Predecessor;
  /** How the switch went, in words. */
  readonly note: string;
}

export interface RollingBack extends Carried {
  readonly kind: "rolling-back";
  readonly release: Release;
  readonly undo: Undo;
  readonly failure: Failure;
}

export interface Committed extends Carried {
  readonly kind: "committed";
  readonly release: Release;
  readonly note: string;
  /** The machine restarted while a one-off ran: it is done, whether or not its script came to its end. */
  readonly rebooted: boolean;
}

/** The previous version is in force again. */
export interface RolledBack extends Carried {
  readonly kind: "rolled-back";
  readonly failure: Failure;
}

/** Nothing is installed that was not before. */
export interface Failed extends Carried {
  readonly kind: "failed";
  readonly failure: Failure;
}

export type EndState = Committed | RolledBack | Failed;

export type InstallState =
  | Requested
  | Downloading
  | Verified
  | Staged
  | Installing
  | Switching
  | Probation
  | RollingBack
  | EndState;

export const REQUESTED: Requested = { kind: "requested", restarts: 0, checks: [], output: "" };

export function isEnd(state: InstallState): state is EndState {
  return state.kind === "committed" || state.kind === "rolled-back" || state.kind === "failed";
}

/** One line for the journal and the log. */
export function describeState(state: InstallState): string {
  switch (state.kind) {
    case "committed":
      return state.note;
    case "rolling-back":
    case "rolled-back":
    case "failed":
      return state.failure.message;
    case "probation":
      return state.note;
    default:
      return state.restarts === 0 ? "" : `continued after restart ${state.restarts} of the engine`;
  }
}
