/** Looks after a run: until it is ready, and then whether it stays well. */
import type { Clock } from "@gateway-engine/core/clock";
import { errorTrace } from "@gateway-engine/core/errors";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import type { RunCompanion } from "../process/run-companion.ts";
import { awaitSickness } from "./health.ts";
import type { Probe } from "./probe.ts";
import type { Prober } from "./prober.ts";
import { awaitReadiness, type Check } from "./readiness.ts";

export interface ProbeWatchDeps {
  readonly clock: Clock;
  readonly prober: Prober;
  readonly log: DaemonLog;
}

export class ProbeWatch implements RunCompanion {
  readonly #process: ManagedProcess;
  readonly #deps: ProbeWatchDeps;

  constructor(process: ManagedProcess, deps: ProbeWatchDeps) {
    this.#process = process;
    this.#deps = deps;
  }

  accompany(signal: AbortSignal): void {
    this.#watch(signal).catch((error: unknown) => {
      if (!signal.aborted) this.#deps.log.write("CRIT", `uncaught exception: ${errorTrace(error)}`);
    });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    const { config } = this.#process;
    const { readiness, health } = config.extras;
    if (readiness !== undefined) {
      const reason = await awaitReadiness(readiness, this.#checkOf(readiness.probe, signal), clock, signal);
      if (signal.aborted) return;
      if (reason !== undefined) return this.#process.failCheck({ check: "readiness", reason });
      log.write("INFO", `ready: ${config.name}`);
      this.#process.markReady();
    }
    if (health === undefined) return;
    const reason = await awaitSickness(health, this.#checkOf(health.probe, signal), clock, signal);
    if (!signal.aborted) this.#process.failCheck({ check: "health", reason });
  }

  #checkOf(probe: Probe, signal: AbortSignal): Check {
    const { prober, log } = this.#deps;
    const { config } = this.#process;
    return async (timeoutMs) => {
      const problem = await prober.check(probe, config, { timeoutMs, signal });
      if (problem !== undefined && !signal.aborted) log.write("DEBG", `check of '${config.name}': ${problem}`);
      return problem;
    };
  }
}
