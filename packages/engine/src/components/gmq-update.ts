import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import type { ComponentLinks } from "./component-links.ts";
import { type ComponentUpdate, notKept, type UpdateOrder } from "./component-update.ts";
import type { TrialTimes } from "./trial-times.ts";

type QueueStatus = Pick<QueueStatusAnswer, "version" | "pid">;

export interface GmqUpdateDeps {
  readonly links: ComponentLinks;
  /** The supervisor's name of its state; undefined when it does not know it, or does not answer. */
  readonly programState: (signal: AbortSignal) => Promise<string | undefined>;
  /** Stops the program and starts it again. @throws ProgramError when the supervisor does not know it, or cannot be reached */
  readonly restart: (signal: AbortSignal) => Promise<void>;
  /** Asks the running queue. */
  readonly askStatus: (signal: AbortSignal) => Promise<QueueStatus>;
  readonly times: (order: UpdateOrder) => Promise<TrialTimes>;
  readonly clock: Clock;
}

/** Replaces the queue. The engine itself watches over it, and puts the old one back. */
export class GmqUpdate implements ComponentUpdate {
  readonly #deps: GmqUpdateDeps;

  constructor(deps: GmqUpdateDeps) {
    this.#deps = deps;
  }

  async switchTo(order: UpdateOrder, signal: AbortSignal): Promise<string> {
    await this.#deps.links.putInForce("gmq", order.to);
    await this.#deps.restart(signal);
    return `gmq ${order.release.version} was started`;
  }

  /** It has to answer, as that version and as one process, for its probation. */
  async watch(order: UpdateOrder, signal: AbortSignal): Promise<void> {
    const { clock, times } = this.#deps;
    const { seconds, probation } = await times(order);
    const deadline = clock.monotonic() + seconds * 1000;
    let well: { readonly pid: number; readonly since: number } | undefined;
    let problem = "";
    while (clock.monotonic() < deadline) {
      const answer = await this.#ask(signal);
      if (!answer.ok) {
        problem = answer.problem;
        well = undefined;
      } else if (answer.value.version !== order.release.version) {
        problem = `it says that it is version ${answer.value.version}`;
      } else {
        const { pid } = answer.value;
        if (well !== undefined && well.pid !== pid) throw notKept(order, "it ended and had to be started again");
        well ??= { pid, since: clock.monotonic() };
        if (clock.monotonic() - well.since >= probation * 1000) return;
      }
      await clock.sleep(LOOK_MS, signal);
    }
    throw notKept(order, problem);
  }

  /** Has the queue run on what is in force now; a gateway without one has nothing to do. */
  async startAgain(order: UpdateOrder, signal: AbortSignal): Promise<void> {
    const { clock, programState, restart } = this.#deps;
    if ((await programState(signal)) === undefined) return;
    await restart(signal);
    const deadline = clock.monotonic() + COMING_UP_MS;
    for (;;) {
      const answer = await this.#ask(signal);
      if (answer.ok) return;
      const isOver = clock.monotonic() > deadline || (await programState(signal)) === "FATAL";
      if (isOver) throw notKept(order, `gmq does not run on it: ${answer.problem}`);
      await clock.sleep(LOOK_MS, signal);
    }
  }

  async putBack(order: UpdateOrder, signal: AbortSignal): Promise<void> {
    await this.#deps.links.putBack("gmq", order.to);
    await this.#deps.restart(signal);
  }

  async #ask(signal: AbortSignal): Promise<Result<QueueStatus, string>> {
    try {
      return ok(await this.#deps.askStatus(signal));
    } catch (error) {
      signal.throwIfAborted();
      return fail(describeError(error));
    }
  }
}

const LOOK_MS = 500;
const COMING_UP_MS = 30_000;
