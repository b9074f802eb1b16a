import type { Logger } from "@gateway-engine/core/logger";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import type { Journal } from "../journal/journal.ts";
import type { EngineConfigFile } from "../settings.ts";
import type { Cloud } from "./cloud.ts";

export interface IntervalIntakeDeps {
  readonly engineConfig: EngineConfigFile;
  readonly journal: Pick<Journal, "addResult">;
  readonly cloud: Pick<Cloud, "write">;
  readonly log: Logger;
  /** A report waits in the journal. */
  readonly onResult: () => void;
}

/** Longest interval that is taken, in seconds: ten years. */
const MAX_INTERVAL_SECONDS = 315_360_000;

/** Takes over what the cloud writes into `update_interval`: adopted, written to Engine.config, and cleared. */
export class IntervalIntake {
  readonly #deps: IntervalIntakeDeps;

  constructor(deps: IntervalIntakeDeps) {
    this.#deps = deps;
  }

  /** @returns the new interval in seconds, if there is one */
  async take(value: string | undefined, signal: AbortSignal): Promise<number | undefined> {
    const { cloud } = this.#deps;
    const text = (value ?? "").trim();
    if (text === "") return undefined;
    const seconds = parseInterval(text);
    if (seconds === undefined) this.#reject(text);
    else await this.#adopt(seconds);
    await cloud.write([["update_interval", ""]], signal);
    return seconds;
  }

  async #adopt(seconds: number): Promise<void> {
    await this.#deps.engineConfig.set({ update_interval: String(seconds) });
    this.#deps.log.info(`update_interval is now ${seconds} s`);
  }

  #reject(text: string): void {
    const { journal, log, onResult } = this.#deps;
    const message = `update_interval: ${JSON.stringify(text.slice(0, 80))} is not a number of seconds above 0`;
    const status: FetchStatus = { status: "rejected", message, code: "E_CONFIG_VALUE" };
    journal.addResult(status);
    log.warn(message);
    onResult();
  }
}

function parseInterval(text: string): number | undefined {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return seconds > 0 && seconds <= MAX_INTERVAL_SECONDS ? seconds : undefined;
}
