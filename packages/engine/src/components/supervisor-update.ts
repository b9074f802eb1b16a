import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import { type DaemonInfo, isFault, type SupervisorClient } from "@gateway-engine/supervisor/client";
import { type ComponentLinks, type FoundTrial, reasonOf } from "./component-links.ts";
import { type ComponentUpdate, notKept, type UpdateOrder } from "./component-update.ts";
import { freshTrialFile } from "./trial.ts";
import type { TrialTimes } from "./trial-times.ts";

export interface SupervisorUpdateDeps {
  readonly links: ComponentLinks;
  readonly supervisor: Pick<SupervisorClient, "getDaemon" | "replaceDaemon">;
  readonly times: (order: UpdateOrder) => Promise<TrialTimes>;
  readonly clock: Clock;
  /** Of this engine: a program of the supervisor that may be another by then. */
  readonly pid: number;
}

/**
 * Replaces the supervisor, under which this engine runs. It is asked to have the release in force take its place; every
 * program goes on. Where the new one ends or hangs, the launcher's watchdog starts the one before, and that finds them.
 */
export class SupervisorUpdate implements ComponentUpdate {
  readonly #deps: SupervisorUpdateDeps;

  constructor(deps: SupervisorUpdateDeps) {
    this.#deps = deps;
  }

  async problem(signal: AbortSignal): Promise<string | undefined> {
    try {
      const { problem } = await this.#deps.supervisor.getDaemon(signal);
      return problem === "" ? undefined : `the one that runs cannot be replaced: ${problem}`;
    } catch (error) {
      signal.throwIfAborted();
      if (isFault(error, "UNKNOWN_METHOD")) return "the supervisor of this gateway is another program than ours";
      return describeError(error);
    }
  }

  async switchTo(order: UpdateOrder, signal: AbortSignal): Promise<string> {
    const { links, supervisor } = this.#deps;
    const trial = (await links.trialOf(order.install)) ?? (await this.#beginTrial(order, signal));
    if (trial.kind === "went-back") throw notKept(order, reasonOf(trial));
    await links.putInForce("supervisor", order.to);
    if (!isFresh(trial)) return "the supervisor was started";
    try {
      await supervisor.replaceDaemon(signal);
    } catch (error) {
      signal.throwIfAborted();
      const now = await links.trialOf(order.install);
      if (now !== undefined && isFresh(now)) throw notKept(order, describeError(error));
    }
    return "the supervisor has made room";
  }

  /** It has to answer, as that version and with every program as it was, for its probation. */
  async watch(order: UpdateOrder, signal: AbortSignal): Promise<void> {
    const { links, clock, times } = this.#deps;
    const { seconds, probation } = await times(order);
    const deadline = clock.monotonic() + seconds * 1000 + WATCHDOG_FIRST_MS;
    let well: { readonly life: string; readonly since: number } | undefined;
    for (; clock.monotonic() < deadline; await clock.sleep(LOOK_MS, signal)) {
      const trial = await links.trialOf(order.install);
      if (trial?.kind === "passed") return;
      if (trial?.kind !== "on") throw notKept(order, reasonOf(trial));
      const daemon = await this.#ask(signal);
      if (daemon?.version !== order.release.version || isFresh(trial)) {
        well = undefined;
        continue;
      }
      if (well?.life !== daemon.life) {
        const lost = lostChild(trial.trial.children ?? {}, daemon.children);
        if (lost !== undefined) throw notKept(order, lost);
        well = { life: daemon.life, since: clock.monotonic() };
      }
      if (clock.monotonic() - well.since >= probation * 1000) return links.pass(trial);
    }
    throw notKept(order, "it did not take its place in time");
  }

  async putBack(order: UpdateOrder, signal: AbortSignal): Promise<void> {
    const { links, supervisor, clock } = this.#deps;
    const trial = await links.trialOf(order.install);
    if (trial?.kind === "on") await links.giveUp(trial, "engine");
    await links.putBack("supervisor", order.to);
    const deadline = clock.monotonic() + COMING_BACK_MS;
    for (let asked: string | undefined; clock.monotonic() < deadline; await clock.sleep(LOOK_MS, signal)) {
      const daemon = await this.#ask(signal);
      if (daemon === undefined) continue;
      if (daemon.version !== order.release.version || (asked !== undefined && asked !== daemon.life)) return;
      if (asked === undefined) await supervisor.replaceDaemon(signal);
      asked = daemon.life;
    }
    throw notKept(order, "the supervisor before does not answer");
  }

  async #beginTrial(order: UpdateOrder, signal: AbortSignal): Promise<FoundTrial> {
    const { links, times, supervisor, pid } = this.#deps;
    const { seconds, probation } = await times(order);
    const running = Object.entries((await supervisor.getDaemon(signal)).children);
    const children = Object.fromEntries(running.filter(([, child]) => child !== pid));
    const { install, to } = order;
    await links.remember("supervisor");
    const trial = { install, component: "supervisor", to, seconds, probation, activated: false, children } as const;
    await links.beginTrial(trial);
    return { kind: "on", file: freshTrialFile("supervisor"), trial };
  }

  /** @returns undefined when it does not answer */
  async #ask(signal: AbortSignal): Promise<DaemonInfo | undefined> {
    try {
      return await this.#deps.supervisor.getDaemon(signal);
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }
}

/** The launcher has not started anything of the release. */
function isFresh({ file, trial }: FoundTrial): boolean {
  return file === freshTrialFile(trial.component);
}

function lostChild(before: DaemonInfo["children"], now: DaemonInfo["children"]): string | undefined {
  const lost = Object.entries(before).find(([name, pid]) => now[name] !== pid);
  return lost && `it has not kept ${lost[0]}, process ${lost[1]}`;
}

const LOOK_MS = 500;
/** The launcher's watchdog, where there is one, is to be quicker than we. */
const WATCHDOG_FIRST_MS = 15_000;
const COMING_BACK_MS = 60_000;
