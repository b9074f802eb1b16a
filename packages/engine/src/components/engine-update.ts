import type { Clock } from "@gateway-engine/core/clock";
import { type ComponentLinks, type FoundTrial, reasonOf } from "./component-links.ts";
import { type ComponentUpdate, notKept, type UpdateOrder } from "./component-update.ts";
import type { EngineHealth } from "./engine-health.ts";
import { nextStep, type UpdateFacts } from "./next-step.ts";
import type { TriedComponent } from "./trial.ts";
import type { TrialTimes } from "./trial-times.ts";

export interface EngineUpdateDeps {
  readonly component: Exclude<TriedComponent, "supervisor">;
  readonly links: ComponentLinks;
  /** What the component's link held when this engine was started. */
  readonly runningFrom: string;
  readonly health: Pick<EngineHealth, "problem">;
  readonly times: (order: UpdateOrder) => Promise<TrialTimes>;
  readonly hasCik: () => boolean;
  /** Ends this engine, so that it is started again from what is in force. Rejects when `signal` aborts. */
  readonly startAgain: (signal: AbortSignal) => Promise<never>;
  /** What else runs on the component and is started again on it once the engine is well. */
  readonly follow: (order: UpdateOrder, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Replaces what this very engine runs from. The old engine switches the link and ends; the new one finds the install in
 * the journal and shows that it is well. If it does not, the launcher or its watchdog switches the link back, and the old
 * engine finds the install in the journal and reports it.
 */
export class EngineUpdate implements ComponentUpdate {
  readonly #deps: EngineUpdateDeps;

  constructor(deps: EngineUpdateDeps) {
    this.#deps = deps;
  }

  async switchTo(order: UpdateOrder, signal: AbortSignal): Promise<string> {
    const { component, links, times, hasCik, startAgain } = this.#deps;
    const trial = await links.trialOf(order.install);
    const step = nextStep(await this.#facts(order, trial));
    switch (step) {
      case "report-gone-back":
        throw notKept(order, reasonOf(trial));
      case "go-on":
        return `${component} ${order.release.version} runs`;
      case "switch": {
        const { seconds, probation } = await times(order);
        await links.remember(component);
        const { install, to } = order;
        await links.beginTrial({ install, component, to, seconds, probation, activated: hasCik() });
        await links.putInForce(component, to);
        return startAgain(signal);
      }
      case "start-again":
        return startAgain(signal);
    }
  }

  async watch(order: UpdateOrder, signal: AbortSignal): Promise<void> {
    const { links, clock } = this.#deps;
    for (let wellSince: number | undefined; ; await clock.sleep(LOOK_MS, signal)) {
      const trial = await links.trialOf(order.install);
      if (nextStep(await this.#facts(order, trial)) !== "go-on") throw notKept(order, reasonOf(trial));
      if (trial?.kind !== "on") return;
      const problem = await this.#deps.health.problem(trial.trial, signal);
      if (problem !== undefined) {
        wellSince = undefined;
        continue;
      }
      wellSince ??= clock.monotonic();
      if (clock.monotonic() - wellSince < trial.trial.probation * 1000) continue;
      await this.#deps.follow(order, signal);
      return links.pass(trial);
    }
  }

  async putBack(order: UpdateOrder, signal: AbortSignal): Promise<void> {
    const { component, links, runningFrom, startAgain, follow } = this.#deps;
    const trial = await links.trialOf(order.install);
    if (trial?.kind === "on") await links.giveUp(trial, "engine");
    await links.putBack(component, order.to);
    if (runningFrom === order.to) return startAgain(signal);
    await follow(order, signal);
  }

  async #facts({ to }: UpdateOrder, trial: FoundTrial | undefined): Promise<UpdateFacts> {
    const { component, links, runningFrom } = this.#deps;
    return { to, linked: await links.linked(component), runningFrom, wentBack: trial?.kind === "went-back" };
  }
}

const LOOK_MS = 500;
