/** A program whose end is the end of the daemon: for containers, which live as long as their main program. */
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import type { ProcessState } from "../process/state.ts";

export interface EssentialDeps {
  readonly log: DaemonLog;
  /** Ends the daemon with this exit status, unless it ends already. */
  readonly endWith: (exitStatus: number) => void;
}

/** From now on, the daemon ends when the process is over. */
export function endTogetherWith(process: ManagedProcess, { log, endWith }: EssentialDeps): void {
  const look = () => {
    const { config, state, history } = process;
    if (!isOver(state)) return;
    const exitStatus = daemonExitStatus(state, history.exitStatus);
    log.write("WARN", `essential program '${config.name}' is ${state.name}: ending with exit status ${exitStatus}`);
    endWith(exitStatus);
  };
  // The state may be one that is only passed through, and how the run ended is known a moment later.
  process.onState(() => queueMicrotask(look));
}

/** It ended, not because somebody stopped it, and is not tried again. */
function isOver(state: ProcessState): boolean {
  return state.name === "EXITED" || (state.name === "FATAL" && state.willRetry !== true);
}

/** What the program ended with; 1 where that is no number of an exit: killed, or never started. */
function daemonExitStatus({ name }: ProcessState, ofRun: number | undefined): number {
  return name === "EXITED" && ofRun !== undefined && ofRun >= 0 ? ofRun : 1;
}
