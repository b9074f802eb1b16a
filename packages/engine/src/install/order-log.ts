import type { Logger } from "@gateway-engine/core/logger";
import type { FetchProgress } from "@gateway-engine/protocol/local-control";
import { reportOfAction } from "../actions/report.ts";
import { type ActionState, describeAction, isActionEnd } from "../actions/state.ts";
import type { Journal } from "../journal/journal.ts";
import { type Action, type Install, type Order, titleOf } from "../journal/orders.ts";
import type { ProgressHub } from "./progress.ts";
import { reportOf } from "./report.ts";
import { describeState, type InstallState, isEnd } from "./state.ts";

export interface OrderLogDeps {
  readonly journal: Pick<Journal, "enter">;
  readonly progress: ProgressHub;
  readonly log: Logger;
  /** A report waits in the journal. */
  readonly onResult: () => void;
}

/** Writes down each state that an order enters, and tells the log and whoever watches. */
export class OrderLog {
  readonly #deps: OrderLogDeps;

  constructor(deps: OrderLogDeps) {
    this.#deps = deps;
  }

  /** The row is on disk when the call returns, and with an end state the report too. */
  enterInstall(install: Install, state: InstallState): void {
    this.#deps.journal.enter(
      install,
      state,
      isEnd(state) && isReported(install) ? reportOf(install, state) : undefined,
    );
    this.#tell(install, state.kind, describeState(state));
  }

  /** As `enterInstall`. */
  enterAction(action: Action, state: ActionState): void {
    const report = isActionEnd(state) && isReported(action) ? reportOfAction(action, state) : undefined;
    this.#deps.journal.enter(action, state, report);
    this.#tell(action, state.kind, describeAction(state));
  }

  output(order: Order, text: string): void {
    this.#deps.progress.publish(order, { kind: "output", name: titleOf(order), text });
  }

  fetched(install: Install, progress: FetchProgress): void {
    this.#deps.progress.publish(install, { kind: "progress", name: titleOf(install), ...progress });
  }

  /** The order has ended, and everything is tidied up. */
  ended(order: Order, ok: boolean, message: string): void {
    this.#deps.progress.publish(order, { kind: "done", name: titleOf(order), ok, message });
    if (isReported(order)) this.#deps.onResult();
  }

  #tell(order: Order, state: string, why: string): void {
    const { log, progress } = this.#deps;
    const line = `${titleOf(order)}: ${state}${why === "" ? "" : `, ${why}`}`;
    if (state === "rolling-back" || state === "failed") log.warn(line);
    else log.info(line);
    progress.publish(order, { kind: "state", name: titleOf(order), state, message: why });
  }
}

/** Who ordered something on the gateway itself has seen how it ended. */
function isReported({ commandSource }: Order): boolean {
  return commandSource === "cloud";
}
