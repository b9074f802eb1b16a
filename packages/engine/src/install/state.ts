/**
 * The states of one install. Each is a durable row of the journal, written before what the state is about is done;
 * what is on disk in each, and what a restart does, is the table in docs/reference/install-journal.md.
 */

/** An application in a version. */
export interface Release {
  readonly app: string;
  readonly version: string;
  /** Of a package that trusted keys have signed. */
  readonly signature?: ReleaseSignature;
}

export interface ReleaseSignature {
  /** Ids of the trusted keys that signed. */
  readonly keys: readonly string[];
  readonly sequence: number;
  /** Once this release is committed, packages of its application with a smaller sequence are taken no more. */
  readonly floor?: number;
}

export interface UnpackedRelease extends Release {
  /** The folder within the release folder that holds install.sh; empty for the release folder itself. */
  readonly contentRoot: string;
  /** Whether it has a supervisor.conf. A package without one is a one-off: its script runs at most once. */
  readonly hasProgram: boolean;
}

/**
 * How what the script does can be taken back. `overlay`: it runs over a layer of its own, whose content is applied afterwards,
 * so exactly. `script`: it runs on the files themselves; back go uninstall.sh, or the previous release's install.sh.
 */
export type UndoMode = "overlay" | "script";

/** What was in force before, so that it can be again. */
export interface Predecessor {
  /** Empty when the application was not installed. */
  readonly version: string;
  /** The text of the supervisor's file of the application, or null when there was none. */
  readonly conf: string | null;
  /** As it was committed; null when the journal does not know it, and when it is no longer unpacked. */
  readonly release: UnpackedRelease | null;
}

/**
 * How far the install had come, so what there is to undo: only a new folder, what a script did, what of its layer was
 * applied, or a program that was switched besides.
 */
export type Undo =
  | { readonly kind: "folder"; readonly release: Release }
  | {
      readonly kind: "script" | "layer" | "switch";
      readonly release: UnpackedRelease;
      readonly previous: Predecessor;
      readonly mode: UndoMode;
    };

/** Why an install did not end in `committed`. */
export interface Failure {
  readonly status: "failed" | "interrupted" | "rejected" | "superseded";
  /** Of docs/reference/errors.md. */
  readonly code: string;
  /** One line for a person. */
  readonly message: string;
  /** The last lines that the program logged, when it is the program that failed. */
  readonly log?: readonly string[];
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

/** Everything from the script on knows what was in force before, and how to get back there. */
interface Underway extends Carried {
  readonly release: UnpackedRelease;
  readonly previous: Predecessor;
  readonly mode: UndoMode;
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

export interface Installing extends Underway {
  readonly kind: "installing";
  /** The boot of the machine in which the script was started. */
  readonly bootId: string;
  /** How often the machine restarted while the script ran. */
  readonly reboots: number;
  /** How often the engine alone was restarted while the script ran. */
  readonly cuts: number;
}

/** The script has done its work in a layer, which now becomes part of the file system. */
export interface Applying extends Underway {
  readonly kind: "applying";
}

export interface Switching extends Underway {
  readonly kind: "switching";
}

export interface Probation extends Underway {
  readonly kind: "probation";
  /** How the switch went, in words. */
  readonly note: string;
  /** Whether a supervisor has taken its program over, so that there is something to watch. */
  readonly supervised: boolean;
}

export interface RollingBack extends Carried {
  readonly kind: "rolling-back";
  readonly undo: Undo;
  readonly failure: Failure;
  /** How often the engine began again since then; without it, never. */
  readonly cuts?: number;
  /** Scripts that take things back are not run again: it may be them who end the engine. */
  readonly withoutScripts?: boolean;
}

export interface Committed extends Carried {
  readonly kind: "committed";
  readonly release: UnpackedRelease;
  readonly note: string;
  /** The machine restarted while a one-off ran: it is done, whether or not its script came to its end. */
  readonly rebooted: boolean;
}

/** The previous version is in force again. */
export interface RolledBack extends Carried {
  readonly kind: "rolled-back";
  readonly failure: Failure;
  /** Files that could not be put back, each with the reason. */
  readonly notRestored: readonly string[];
}

/** Nothing is installed that was not before. */
export interface Failed extends Carried {
  readonly kind: "failed";
  readonly failure: Failure;
  readonly notRestored: readonly string[];
}

export type EndState = Committed | RolledBack | Failed;

export type InstallState =
  | Requested
  | Downloading
  | Verified
  | Staged
  | Installing
  | Applying
  | Switching
  | Probation
  | RollingBack
  | EndState;

export const REQUESTED: Requested = { kind: "requested", restarts: 0, checks: [], output: "" };

export function isEnd(state: InstallState): state is EndState {
  return state.kind === "committed" || state.kind === "rolled-back" || state.kind === "failed";
}

/** States in which nothing that is in force has been touched: the install may still be called off. */
export const NOT_BEGUN_STATES: readonly string[] = [
  "requested",
  "downloading",
  "verified",
  "staged",
] satisfies InstallState["kind"][];

export const INSTALL_STATES: readonly string[] = Object.keys({
  requested: true,
  downloading: true,
  verified: true,
  staged: true,
  installing: true,
  applying: true,
  switching: true,
  probation: true,
  "rolling-back": true,
  committed: true,
  "rolled-back": true,
  failed: true,
} satisfies Record<InstallState["kind"], true>);

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
