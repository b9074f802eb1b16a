import { InstallError } from "@gateway-engine/core/errors";
import type { Transition } from "@gateway-engine/core/state-machine";
import type {
  Failure,
  Installing,
  InstallState,
  Predecessor,
  Release,
  RollingBack,
  UndoMode,
  UnpackedRelease,
} from "./state.ts";

/** What is done in a state. Each may be cut off at any point and done again from its beginning. */
export type InstallEffect =
  /** Bring the package here and check it. */
  | { readonly kind: "fetch" }
  /** Unpack it into its release folder. */
  | { readonly kind: "unpack"; readonly release: Release }
  /** Check that the release may run here, and find out what is in force now. */
  | { readonly kind: "inspect"; readonly release: UnpackedRelease }
  | {
      readonly kind: "run-script";
      readonly release: UnpackedRelease;
      readonly previous: Predecessor;
      readonly mode: UndoMode;
      /** A run of the script may have been cut off before. */
      readonly again: boolean;
    }
  /** Make what the script did in its layer part of the file system. */
  | { readonly kind: "apply"; readonly release: UnpackedRelease }
  /** Put the supervisor's file in place and start the program. */
  | { readonly kind: "switch"; readonly release: UnpackedRelease; readonly previous: Predecessor }
  /** Watch the program until it is trusted. */
  | { readonly kind: "watch"; readonly release: UnpackedRelease; readonly supervised: boolean }
  /** Put back what was in force before. */
  | { readonly kind: "undo"; readonly rollback: RollingBack };

export type InstallEvent =
  | { readonly kind: "begun" }
  /** An earlier release, which is still unpacked, is to be in force again. */
  | { readonly kind: "chosen"; readonly release: UnpackedRelease }
  /** It gave way to another order, and goes on. */
  | { readonly kind: "continued" }
  | { readonly kind: "fetched"; readonly release: Release }
  | { readonly kind: "unpacked"; readonly release: UnpackedRelease; readonly checks: readonly string[] }
  | { readonly kind: "inspected"; readonly previous: Predecessor; readonly mode: UndoMode; readonly bootId: string }
  | { readonly kind: "script-succeeded"; readonly output: string; readonly warnings: readonly string[] }
  | { readonly kind: "applied" }
  | { readonly kind: "switched"; readonly note: string; readonly supervised: boolean }
  | { readonly kind: "trusted" }
  /** @see Failed.notRestored */
  | { readonly kind: "undone"; readonly notRestored: readonly string[] }
  | {
      readonly kind: "failed";
      readonly failure: Failure;
      readonly output?: string;
      readonly checks?: readonly string[];
    }
  /** The engine began again and found the state in its journal. */
  | { readonly kind: "resumed"; readonly bootId: string };

export interface InstallRules {
  /** The package's file name, for messages. */
  readonly name: string;
  /** An install that saw more restarts of the engine is given up: it may be what ends the engine. */
  readonly maxRestarts: number;
  /** The same while it downloads, which may take days, on a machine that is switched off every evening. */
  readonly maxDownloadRestarts: number;
  /** The same for restarts of the machine while the script of an application with a program ran. */
  readonly maxReboots: number;
  /** The same for restarts of the engine alone while that script ran: fewer than supervisors put up with. */
  readonly maxCuts: number;
}

type InstallTransition = Transition<InstallState, InstallEffect>;

/** Where an install goes next. Total: an event that means nothing in a state leaves it as it is, with nothing to do. */
export function next(state: InstallState, event: InstallEvent, rules: InstallRules): InstallTransition {
  if (event.kind === "resumed") return resume(state, event.bootId, rules);
  if (event.kind === "failed") return fail(state, event);
  if (event.kind === "continued") return enter(state);
  switch (state.kind) {
    case "requested":
      if (event.kind === "chosen") return enter({ ...state, kind: "staged", release: event.release });
      return event.kind === "begun" ? enter({ ...state, kind: "downloading" }) : stay(state);
    case "downloading":
      return event.kind === "fetched"
        ? enter({ ...state, restarts: 0, kind: "verified", release: event.release })
        : stay(state);
    case "verified":
      return event.kind === "unpacked"
        ? enter({ ...state, kind: "staged", release: event.release, checks: event.checks })
        : stay(state);
    case "staged": {
      if (event.kind !== "inspected") return stay(state);
      const { previous, mode, bootId } = event;
      return enter({ ...state, kind: "installing", previous, mode, bootId, reboots: 0, cuts: 0 });
    }
    case "installing": {
      if (event.kind !== "script-succeeded") return stay(state);
      const { bootId: _boot, reboots: _reboots, cuts: _cuts, ...carried } = state;
      const kind = state.mode === "overlay" ? "applying" : "switching";
      return enter({ ...carried, kind, checks: [...state.checks, ...event.warnings], output: event.output });
    }
    case "applying":
      return event.kind === "applied" ? enter({ ...state, kind: "switching" }) : stay(state);
    case "switching":
      return event.kind === "switched"
        ? enter({ ...state, kind: "probation", note: event.note, supervised: event.supervised })
        : stay(state);
    case "probation": {
      if (event.kind !== "trusted") return stay(state);
      const { previous: _previous, mode: _mode, supervised, ...carried } = state;
      const note = supervised && state.release.hasProgram ? "its program runs well" : state.note;
      return stay({ ...carried, kind: "committed", note, rebooted: false });
    }
    case "rolling-back":
      return event.kind === "undone" ? stay(rolledBack(state, event.notRestored)) : stay(state);
    case "committed":
    case "rolled-back":
    case "failed":
      return stay(state);
  }
}

/** The states that have something to do, with what it is. */
function enter(state: InstallState): InstallTransition {
  switch (state.kind) {
    case "downloading":
      return { state, effects: [{ kind: "fetch" }] };
    case "verified":
      return { state, effects: [{ kind: "unpack", release: state.release }] };
    case "staged":
      return { state, effects: [{ kind: "inspect", release: state.release }] };
    case "installing": {
      const { release, previous, mode } = state;
      return { state, effects: [{ kind: "run-script", release, previous, mode, again: state.restarts > 0 }] };
    }
    case "applying":
      return { state, effects: [{ kind: "apply", release: state.release }] };
    case "switching":
      return { state, effects: [{ kind: "switch", release: state.release, previous: state.previous }] };
    case "probation":
      return { state, effects: [{ kind: "watch", release: state.release, supervised: state.supervised }] };
    case "rolling-back":
      return { state, effects: [{ kind: "undo", rollback: state }] };
    case "requested":
    case "committed":
    case "rolled-back":
    case "failed":
      return stay(state);
  }
}

function stay(state: InstallState): InstallTransition {
  return { state, effects: [] };
}

function resume(state: InstallState, bootId: string, rules: InstallRules): InstallTransition {
  switch (state.kind) {
    case "committed":
    case "rolled-back":
    case "failed":
      return stay(state);
    case "requested":
      return enter({ ...state, kind: "downloading" });
    case "installing":
      return resumeScript(state, bootId, rules);
    default: {
      const restarts = state.restarts + 1;
      const limit = state.kind === "downloading" ? rules.maxDownloadRestarts : rules.maxRestarts;
      if (restarts <= limit) return enter(resumed({ ...state, restarts }, rules));
      return fail(state, { failure: interrupted(state, rules, `the engine was restarted ${restarts} times`) });
    }
  }
}

function resumed<State extends InstallState>(state: State, { maxCuts }: InstallRules): State | RollingBack {
  if (state.kind !== "rolling-back") return state;
  const cuts = (state.cuts ?? 0) + 1;
  return { ...state, cuts, withoutScripts: cuts > maxCuts };
}

/** A script was running. One that belongs to a program may run again, so many times; a one-off may not. */
function resumeScript(state: Installing, bootId: string, rules: InstallRules): InstallTransition {
  const rebooted = state.bootId !== bootId;
  const restarts = state.restarts + 1;
  const reboots = state.reboots + (rebooted ? 1 : 0);
  const cuts = state.cuts + (rebooted ? 0 : 1);
  if (!state.release.hasProgram) {
    if (!rebooted) {
      return fail(state, { failure: interrupted(state, rules, "it runs at most once, so it is not run again") });
    }
    const { previous: _previous, mode: _mode, bootId: _boot, reboots: _reboots, cuts: _cuts, ...carried } = state;
    const note = "the machine restarted while its script ran; it runs at most once, so it is not run again";
    return stay({ ...carried, kind: "committed", note, rebooted: true });
  }
  if (reboots > rules.maxReboots) {
    return fail(state, { failure: interrupted(state, rules, `the machine was restarted ${reboots} times`) });
  }
  if (restarts > rules.maxRestarts) {
    return fail(state, { failure: interrupted(state, rules, `the engine was restarted ${restarts} times`) });
  }
  if (cuts > rules.maxCuts) {
    return fail(state, { failure: interrupted(state, rules, `the engine ended ${cuts} times while its script ran`) });
  }
  return enter({ ...state, restarts, reboots, cuts, bootId });
}

interface FailureReport {
  readonly failure: Failure;
  readonly output?: string;
  readonly checks?: readonly string[];
}

/** Before the package is unpacked there is nothing to put back. */
function fail(state: InstallState, report: FailureReport): InstallTransition {
  const { failure } = report;
  const carried = {
    restarts: state.restarts,
    checks: report.checks ?? state.checks,
    output: report.output ?? state.output,
  };
  switch (state.kind) {
    case "requested":
    case "downloading":
      return stay({ ...carried, kind: "failed", failure, notRestored: [] });
    case "verified":
    case "staged":
      return enter({ ...carried, kind: "rolling-back", undo: { kind: "folder", release: state.release }, failure });
    case "installing":
    case "applying":
    case "switching":
    case "probation": {
      const { release, previous, mode } = state;
      const undo = { kind: UNDO_KINDS[state.kind], release, previous, mode };
      return enter({ ...carried, kind: "rolling-back", undo, failure });
    }
    case "rolling-back": {
      const message = `${state.failure.message}; and what was before could not be put back: ${failure.message}`;
      return stay({ ...carried, kind: "failed", failure: { ...state.failure, message }, notRestored: [] });
    }
    case "committed":
    case "rolled-back":
    case "failed":
      return stay(state);
  }
}

const UNDO_KINDS = { installing: "script", applying: "layer", switching: "switch", probation: "switch" } as const;

function rolledBack(state: RollingBack, notRestored: readonly string[]): InstallState {
  const { restarts, checks, output, undo, failure } = state;
  const carried = { restarts, checks, output, notRestored };
  const version = undo.kind === "folder" ? "" : undo.previous.version;
  if (version === "") return { ...carried, kind: "failed", failure };
  const message = `${failure.message}; version ${version} stays in force`;
  return { ...carried, kind: "rolled-back", failure: { ...failure, message } };
}

function interrupted(state: InstallState, rules: InstallRules, reason: string): Failure {
  const { code, message } = new InstallError("E_INSTALL_INTERRUPTED", { name: rules.name, state: state.kind, reason });
  return { status: "interrupted", code, message };
}
