import { GatewayEngineError, InstallError, ProgramError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { ProcessOutcome, SupervisorClient } from "@gateway-engine/supervisor/client";

export interface ProgramControlDeps {
  readonly files: Pick<Files, "makeFolder" | "remove" | "syncFolder">;
  readonly supervisor: Pick<
    SupervisorClient,
    "getAllProcessInfo" | "startProcessGroup" | "stopProcessGroup" | "update"
  >;
  readonly supervisorConfDir: string;
}

/** Starts, stops and takes away the programs of an application. Each may be done again. */
export class ProgramControl {
  readonly #deps: ProgramControlDeps;

  constructor(deps: ProgramControlDeps) {
    this.#deps = deps;
  }

  /** @returns the supervisor's words for its processes @throws InstallError E_NO_PROGRAM, ProgramError */
  async start(app: string, signal: AbortSignal): Promise<string> {
    await this.#statesOf(app, signal);
    check(app, await this.#deps.supervisor.startProcessGroup(app, signal));
    return this.#statesOf(app, signal);
  }

  /** @returns and @throws as `start` */
  async stop(app: string, signal: AbortSignal): Promise<string> {
    await this.#statesOf(app, signal);
    check(app, await this.#deps.supervisor.stopProcessGroup(app, signal));
    return this.#statesOf(app, signal);
  }

  /** @returns and @throws as `start` */
  async restart(app: string, signal: AbortSignal): Promise<string> {
    await this.stop(app, signal);
    return this.start(app, signal);
  }

  /** Stops what runs of an application, if there is anything, until `goOn`. */
  async pause(app: string, signal: AbortSignal): Promise<void> {
    await this.stop(app, signal).catch(ignoreNoProgram);
  }

  async goOn(app: string, signal: AbortSignal): Promise<void> {
    await this.start(app, signal).catch(ignoreNoProgram);
  }

  /** Stops the programs and makes the supervisor forget them. */
  async remove(app: string, signal: AbortSignal): Promise<void> {
    const { files, supervisor, supervisorConfDir } = this.#deps;
    await files.makeFolder(supervisorConfDir);
    await files.remove(`${supervisorConfDir}/${app}.conf`);
    await files.syncFolder(supervisorConfDir);
    const steps = await supervisor.update([app], signal).catch(ignoreNoProgram);
    if (!steps?.some(({ did }) => did === "not-removed")) return;
    throw new ProgramError("E_SUPERVISOR_FAULT", { method: "update", fault: `${app} could not be stopped` });
  }

  async #statesOf(app: string, signal: AbortSignal): Promise<string> {
    const processes = await this.#deps.supervisor.getAllProcessInfo(signal);
    const states = processes.filter(({ group }) => group === app).map(({ statename }) => statename);
    if (states.length === 0) throw new InstallError("E_NO_PROGRAM", { app });
    return [...new Set(states)].join(", ");
  }
}

/** Where no supervisor answers nothing runs, and one that is started finds the files as they are. */
function ignoreNoProgram(error: unknown): undefined {
  const code = error instanceof GatewayEngineError ? error.code : undefined;
  if (code !== "E_NO_PROGRAM" && code !== "E_SUPERVISOR_UNREACHABLE") throw error;
}

/** What was in the wanted state already is not in the list. */
function check(app: string, outcomes: readonly ProcessOutcome[]): void {
  const failed = outcomes.find(({ status }) => status !== FAULT_SUCCESS);
  if (failed === undefined) return;
  throw new ProgramError("E_PROGRAM_START", { program: `${app}:${failed.name}`, reason: failed.description });
}

const FAULT_SUCCESS = 80;
