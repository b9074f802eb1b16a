import type { Clock } from "@gateway-engine/core/clock";
import { describeError, errorTrace, isBug } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { AlertRules } from "@gateway-engine/protocol/alert-rules";
import type { AlertsAnswer } from "@gateway-engine/protocol/local-control";
import type { EngineConfigFile } from "../settings.ts";
import type { AlertWatch } from "./alert-watch.ts";

export interface AlertLoopDeps {
  readonly engineConfig: Pick<EngineConfigFile, "read">;
  /** Loads what looks at the gateway; called once, when there is something to watch. */
  readonly load: (signal: AbortSignal) => Promise<AlertWatch>;
  /** Whether an engine before this one has told an alert. */
  readonly hasTold: () => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Looks for alerts again and again, as Engine.config says at each time. */
export class AlertLoop {
  readonly #deps: AlertLoopDeps;
  #watch: AlertWatch | undefined;
  #trouble = "";

  constructor(deps: AlertLoopDeps) {
    this.#deps = deps;
  }

  /** What is raised, and what was told last; undefined when nothing is watched. */
  get answer(): AlertsAnswer | undefined {
    return this.#watch?.answer;
  }

  /** Looks until `signal` aborts, then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    for (let everyMs = FIRST_WAIT_MS; ; ) {
      try {
        const { alerts } = await this.#deps.engineConfig.read();
        everyMs = alerts.every * 1000;
        await this.#look(alerts, signal);
        this.#trouble = "";
      } catch (error) {
        signal.throwIfAborted();
        this.#tell(error);
      }
      await this.#deps.clock.sleep(everyMs, signal);
    }
  }

  async #look(rules: AlertRules, signal: AbortSignal): Promise<void> {
    const { load, hasTold } = this.#deps;
    const isOn = Object.keys(rules.limits).length > 0;
    if (this.#watch === undefined && (isOn || (await hasTold()))) this.#watch = await load(signal);
    await this.#watch?.look(rules, signal);
  }

  /** The same trouble is told once, and not every minute. */
  #tell(error: unknown): void {
    const { log } = this.#deps;
    const trouble = describeError(error);
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    if (isBug(error)) log.error(errorTrace(error));
    else log.warn(`alerts were not looked for: ${trouble}`);
  }
}

const FIRST_WAIT_MS = 60_000;
