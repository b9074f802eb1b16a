/** Stopping everything at the end of a daemon, and saying now and then what is waited for. */
import type { Clock, Timer } from "@gateway-engine/core/clock";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { isStopped } from "../process/state.ts";
import { stopTogether, untilStopped } from "../process/waits.ts";

export interface ShutdownDeps {
  readonly clock: Clock;
  readonly log: DaemonLog;
}

export interface ShutdownPlan {
  /** Those of a wave are stopped together; each wave when the one before has ended. */
  readonly waves: readonly (readonly ManagedProcess[])[];
  /** Those that are on their way out already. */
  readonly strays: readonly ManagedProcess[];
}

/** Resolves when nothing runs any more, and what is done after the last runs is done too. */
export async function shutDown({ waves, strays }: ShutdownPlan, deps: ShutdownDeps): Promise<void> {
  const processes = [...strays, ...waves.flat()];
  for (const process of processes) process.giveUp();
  const stopped = stopInWaves(waves);
  const report = new DyingReport(processes, deps);
  report.start();
  try {
    await stopped;
    await Promise.all(strays.map((stray) => untilStopped(stray)));
    for (const process of processes) await process.settled();
  } finally {
    report.stop();
  }
}

async function stopInWaves(waves: ShutdownPlan["waves"]): Promise<void> {
  for (const wave of waves) await stopTogether(wave);
}

class DyingReport {
  readonly #processes: readonly ManagedProcess[];
  readonly #deps: ShutdownDeps;
  #timer: Timer | undefined;

  constructor(processes: readonly ManagedProcess[], deps: ShutdownDeps) {
    this.#processes = processes;
    this.#deps = deps;
  }

  start(): void {
    const names = this.#processes.filter(({ state }) => !isStopped(state)).map(({ config }) => config.name);
    if (names.length > 0) this.#deps.log.write("INFO", `waiting for ${names.join(", ")} to die`);
    this.#timer = this.#deps.clock.after(DYING_REPORT_MS, () => this.start());
  }

  stop(): void {
    this.#timer?.cancel();
  }
}

const DYING_REPORT_MS = 3000;
