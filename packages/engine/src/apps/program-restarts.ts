import { isFault, type ProcessInfo, type SupervisorClient } from "@gateway-engine/supervisor/client";
import { RestartCounts } from "@gateway-engine/telemetry/apps/restart-counts";

/** How often programs were started again. */
export class ProgramRestarts {
  readonly #supervisor: Pick<SupervisorClient, "getStartCounts">;
  readonly #seen = new RestartCounts();

  constructor(supervisor: Pick<SupervisorClient, "getStartCounts">) {
    this.#supervisor = supervisor;
  }

  /**
   * The original supervisor, and ours before it counted, do not tell: then what was seen here counts.
   *
   * @param processes all that there are @returns by name, `group:name` where the two differ
   */
  async of(processes: readonly ProcessInfo[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const seen = this.#seen.count(processes);
    try {
      const counts = Object.entries(await this.#supervisor.getStartCounts(signal));
      return new Map(counts.map(([name, starts]) => [name, Math.max(0, starts - 1)]));
    } catch (error) {
      if (!isFault(error, "UNKNOWN_METHOD")) throw error;
      return seen;
    }
  }
}
