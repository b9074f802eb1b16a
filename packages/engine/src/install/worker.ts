import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import { Doorbell } from "../doorbell.ts";
import type { CommandSource, Install, Journal, OpenInstall } from "../journal/journal.ts";
import { FetchMeter } from "./fetch-meter.ts";
import { type InstallRules, next } from "./next.ts";
import type { ProgressHub } from "./progress.ts";
import { reportOf } from "./report.ts";
import { describeState, type EndState, type InstallState, isEnd } from "./state.ts";
import type { InstallSteps } from "./steps.ts";

export interface WorkerDeps {
  readonly journal: Journal;
  readonly steps: Pick<InstallSteps, "perform" | "tidy">;
  readonly progress: ProgressHub;
  readonly clock: Clock;
  readonly random: Random;
  readonly bootId: () => string;
  readonly log: Logger;
  /** A report waits in the journal. */
  readonly onResult: () => void;
}

/** Works off the installs of the journal, one at a time, in the order in which they were ordered. */
export class InstallWorker {
  readonly #deps: WorkerDeps;
  readonly #bell = new Doorbell();

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  /** There may be something new in the journal. */
  poke(): void {
    this.#bell.ring();
  }

  /** Works until `signal` aborts, then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    for (;;) {
      await this.workOff(signal);
      await this.#bell.wait(signal);
    }
  }

  /**
   * Resolves when the journal has no install that may be worked on.
   *
   * @param source only installs that were ordered there
   */
  async workOff(signal: AbortSignal, source?: CommandSource): Promise<void> {
    const { journal, clock, random, log } = this.#deps;
    for (let failures = 0; ; ) {
      try {
        const open = journal.nextInstall(source);
        if (open === undefined) return;
        await this.#carryOn(open, signal);
        failures = 0;
      } catch (error) {
        signal.throwIfAborted();
        failures += 1;
        log.error(`installs are held up: ${describeError(error)}`);
        await clock.sleep(retryDelayMs(TROUBLE_RETRY, failures, random), signal);
      }
    }
  }

  /** From the last state in the journal to an end state. */
  async #carryOn({ install, state }: OpenInstall, signal: AbortSignal): Promise<void> {
    const { steps, bootId, progress, clock, log } = this.#deps;
    const rules = { name: install.name, ...LIMITS };
    const fresh = state.kind === "requested";
    let step = next(state, fresh ? { kind: "begun" } : { kind: "resumed", bootId: bootId() }, rules);
    this.#enter(install, step.state);
    for (let [effect] = step.effects; effect !== undefined; [effect] = step.effects) {
      const onOutput = (text: string) => progress.publish(install, { kind: "output", name: install.name, text });
      const meter = new FetchMeter(clock, (fetched) =>
        progress.publish(install, { kind: "progress", name: install.name, ...fetched }),
      );
      const onFetched = (received: number, total: number) => meter.update(received, total);
      const event = await steps.perform(effect, { install, signal, onOutput, onFetched });
      step = next(step.state, event, rules);
      this.#enter(install, step.state);
    }
    if (!isEnd(step.state)) return;
    await steps.tidy(install, step.state.kind === "committed" ? step.state.release : undefined).catch((error) => {
      log.warn(`${install.name}: what is no longer needed could not be removed: ${describeError(error)}`);
    });
    this.#announceEnd(install, step.state);
  }

  /** The row is on disk before anything of the state is done. */
  #enter(install: Install, state: InstallState): void {
    const { journal, progress, log } = this.#deps;
    journal.enter(install, state, isEnd(state) && isReported(install) ? reportOf(install, state) : undefined);
    const why = describeState(state);
    const line = `${install.name}: ${state.kind}${why === "" ? "" : `, ${why}`}`;
    if (state.kind === "rolling-back" || state.kind === "failed") log.warn(line);
    else log.info(line);
    progress.publish(install, { kind: "state", name: install.name, state: state.kind, message: why });
  }

  #announceEnd(install: Install, state: EndState): void {
    const { message } = reportOf(install, state);
    const ok = state.kind === "committed";
    this.#deps.progress.publish(install, { kind: "done", name: install.name, ok, message });
    if (isReported(install)) this.#deps.onResult();
  }
}

/** Who ordered an install on the gateway itself has seen how it ended. */
function isReported({ commandSource }: Install): boolean {
  return commandSource === "cloud";
}

const LIMITS: Omit<InstallRules, "name"> = { maxRestarts: 20, maxReboots: 3, maxCuts: 2 };

/** When the journal itself cannot be written, as on a full disk. */
const TROUBLE_RETRY: RetrySchedule = { firstMs: 1000, maxMs: 60_000 };
