import type { SupervisorClient } from "@gateway-engine/supervisor/client";
import { RestartCounts } from "@gateway-engine/telemetry/apps/restart-counts";

/** How often the supervisor's programs were started again, by name, since this began to look. */
export class ProgramRestarts {
  readonly #supervisor: Pick<SupervisorClient, "getAllProcessInfo">;
  readonly #seen = new RestartCounts();

  constructor(supervisor: Pick<SupervisorClient, "getAllProcessInfo">) {
    this.#supervisor = supervisor;
  }

  /** @throws TransportError E_SUPERVISOR_UNREACHABLE */
  async count(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return this.#seen.count(await this.#supervisor.getAllProcessInfo(signal));
  }
}
