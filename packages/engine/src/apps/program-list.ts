import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { ProcessInfo, SupervisorClient } from "@gateway-engine/supervisor/client";
import { ProgramRestarts } from "./program-restarts.ts";

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
  readonly #restarts: ProgramRestarts;
  #missed = false;

  constructor(deps: ProgramListDeps) {
    this.#deps = deps;
    this.#restarts = new ProgramRestarts(deps.supervisor);
  }

  async read(signal: AbortSignal): Promise<Programs> {
    const { supervisor, log } = this.#deps;
    try {
      const processes = await supervisor.getAllProcessInfo(signal);
      const restarts = await this.#restarts.of(processes, signal);
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
}
