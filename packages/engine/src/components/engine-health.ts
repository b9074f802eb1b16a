import { describeError, GatewayEngineError } from "@gateway-engine/core/errors";
import type { EngineStatusAnswer } from "@gateway-engine/protocol/local-control";
import type { CheckIn } from "../loop/engine-loop.ts";
import type { Trial } from "./trial.ts";

export interface EngineHealthDeps {
  readonly pid: number;
  /** Asks the engine through its own socket, as others would. */
  readonly askStatus: (signal: AbortSignal) => Promise<Pick<EngineStatusAnswer, "pid">>;
  /** What came of the last check-in; undefined before the first has ended. */
  readonly lastCheckIn: () => CheckIn | undefined;
  /** Why nobody on this machine can even connect to the server; undefined when that is possible. */
  readonly lineProblem: (signal: AbortSignal) => Promise<string | undefined>;
  /** Reads the journal. @throws StorageError */
  readonly readJournal: () => void;
}

/** Whether this engine does its work: what a new release has to show before it is trusted. */
export class EngineHealth {
  readonly #deps: EngineHealthDeps;

  constructor(deps: EngineHealthDeps) {
    this.#deps = deps;
  }

  /** @returns what is wrong, in words */
  async problem({ activated }: Pick<Trial, "activated">, signal: AbortSignal): Promise<string | undefined> {
    try {
      this.#deps.readJournal();
      const { pid } = await this.#deps.askStatus(signal);
      if (pid !== this.#deps.pid) return `process ${pid} answers on its socket`;
      return await this.#checkInProblem(activated, signal);
    } catch (error) {
      signal.throwIfAborted();
      return describeError(error);
    }
  }

  /** An engine without a CIK cannot check in; one whose server is down for everybody cannot either. */
  async #checkInProblem(activated: boolean, signal: AbortSignal): Promise<string | undefined> {
    const last = this.#deps.lastCheckIn();
    if (last === undefined) return "it has not checked in";
    if (last.kind === "done" || !activated) return undefined;
    const isOfTheLine = last.error instanceof GatewayEngineError && last.error.kind === "transport";
    if (isOfTheLine && (await this.#deps.lineProblem(signal)) !== undefined) return undefined;
    return describeError(last.error);
  }
}
