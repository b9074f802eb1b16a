import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { OrderLog } from "../install/order-log.ts";
import { supersededFailure } from "../install/report.ts";
import type { Journal } from "../journal/journal.ts";
import { type Action, titleOf } from "../journal/orders.ts";
import type { ActionSteps } from "./action-steps.ts";
import { type ActionEvent, nextAction } from "./next.ts";
import { reportOfAction } from "./report.ts";
import { type ActionState, isActionEnd } from "./state.ts";

export interface ActionRunnerDeps {
  readonly journal: Pick<Journal, "supersededBy">;
  readonly steps: Pick<ActionSteps, "perform" | "tidy">;
  readonly orderLog: OrderLog;
  readonly bootId: () => string;
  readonly log: Logger;
}

/** Takes one order that is no install from the last state in the journal to its end. */
export class ActionRunner {
  readonly #deps: ActionRunnerDeps;

  constructor(deps: ActionRunnerDeps) {
    this.#deps = deps;
  }

  async carryOn(action: Action, state: ActionState, signal: AbortSignal): Promise<void> {
    const { steps, orderLog, log } = this.#deps;
    const onOutput = (text: string) => orderLog.output(action, text);
    let step = nextAction(state, this.#firstEvent(action, state));
    orderLog.enterAction(action, step.state);
    for (let [effect] = step.effects; effect !== undefined; [effect] = step.effects) {
      step = nextAction(step.state, await steps.perform(effect, { action, signal, onOutput }));
      orderLog.enterAction(action, step.state);
    }
    if (!isActionEnd(step.state)) return;
    await steps.tidy(action, step.state).catch((error) => {
      log.warn(`${titleOf(action)}: what is no longer needed could not be removed: ${describeError(error)}`);
    });
    orderLog.ended(action, step.state.kind === "done", reportOfAction(action, step.state).message);
  }

  #firstEvent(action: Action, state: ActionState): ActionEvent {
    const bootId = this.#deps.bootId();
    if (state.kind !== "requested") return { kind: "resumed", bootId };
    const newer = this.#deps.journal.supersededBy(action.id);
    if (newer === undefined) return { kind: "begun", bootId };
    return { kind: "failed", failure: supersededFailure(action, newer) };
  }
}
