import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { isFault, type ProcessInfo, type SupervisorClient } from "@gateway-engine/supervisor/client";
import { RestartCounts } from "@gateway-engine/telemetry/apps/restart-counts";

export interface ProgramListDeps {
  readonly supervisor: Pick<SupervisorClient, "getAllProcessInfo" | "getStartCounts">;
  readonly log: Logger;
}

/** What the supervisor runs. */
export interface Programs {
  readonly processes: readonly ProcessInfo[];
  /** By name, `group:name` where the two differ. */
  readonly restarts: ReadonlyMap<string, number>;
}

/** The engine works without a supervisor, and says so: once when it is missed, and once when it is back. */
export class ProgramList {
  readonly #deps: ProgramListDeps;
  readonly #seen = new RestartCounts();
  #missed = false;

  constructor(deps: ProgramListDeps) {
    this.#deps = deps;
  }

  async read(signal: AbortSignal): Promise<Programs> {
    const { supervisor, log } = this.#deps;
    try {
      const processes = await supervisor.getAllProcessInfo(signal);
      const restarts = await this.#restartsOf(processes, signal);
      if (this.#missed) log.info("the supervisor answers again");
      this.#missed = false;
      return { processes, restarts };
    } catch (error) {
      if (!(error instanceof GatewayEngineError && error.code === "E_SUPERVISOR_UNREACHABLE")) throw error;
      if (!this.#missed) log.warn(`${error.message}; the engine runs without it`);
      this.#missed = true;
      return { processes: [], restarts: new Map() };
    }
  }

  /** The original supervisor, and releases of ours before this, do not count. */
  async #restartsOf(processes: readonly ProcessInfo[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const seen = this.#seen.count(processes);
    try {
      const counts = Object.entries(await this.#deps.supervisor.getStartCounts(signal));
      return new Map(counts.map(([name, starts]) => [name, Math.max(0, starts - 1)]));
    } catch (error) {
      if (!isFault(error, "UNKNOWN_METHOD")) throw error;
      return seen;
    }
  }
}
