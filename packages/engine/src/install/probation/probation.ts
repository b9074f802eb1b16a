/** Watches a new release until it is trusted, or has shown that it cannot be. */
import type { AppManifest } from "@gateway-engine/artifact/app-manifest";
import type { Clock } from "@gateway-engine/core/clock";
import { GatewayEngineError, InstallError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { SupervisorClient } from "@gateway-engine/supervisor/client";
import type { CommandPlace } from "../script-environment.ts";
import type { Failure, UnpackedRelease } from "../state.ts";
import { type ProbeDeps, probeHealth } from "./health-probe.ts";
import { type HealthRecord, NOT_ASKED, withRound } from "./health-record.ts";
import type { ProgramSight } from "./judge-program.ts";
import { lastLogLines, type ProgramLogs } from "./program-log.ts";
import { probationRules } from "./rules.ts";
import { beginWatch, nextVerdict, type ProbationRules, type Verdict } from "./verdict.ts";

export interface ProbationDeps extends ProbeDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly supervisor: Pick<SupervisorClient, "getAllProcessInfo"> & ProgramLogs;
  /** Resolves when the server has answered; rejects when it cannot be reached. */
  readonly askServer: (signal: AbortSignal) => Promise<unknown>;
  /** Seconds for which a release has to run well where it does not say; asked before each use, since it is a setting. */
  readonly defaultSeconds: () => Promise<number>;
}

export interface ProbationOrder {
  /** The package's file name, for messages. */
  readonly name: string;
  readonly release: UnpackedRelease;
  readonly manifest: AppManifest;
  /** The text of the supervisor's file. */
  readonly conf: string;
  /** For the health command. */
  readonly place: CommandPlace;
  readonly signal: AbortSignal;
}

/** @returns why the release is not trusted; undefined when it is. Rejects when `signal` aborts */
export async function onProbation(deps: ProbationDeps, order: ProbationOrder): Promise<Failure | undefined> {
  const rules = probationRules(order, await deps.defaultSeconds());
  const over = new AbortController();
  const signal = AbortSignal.any([order.signal, over.signal]);
  const background = new Background(deps, order, signal);
  try {
    const verdict = await watch(deps, order, { rules, background });
    if (verdict.kind !== "failed") return undefined;
    return await failureOf(deps, order, verdict);
  } finally {
    over.abort();
    await background.ended;
  }
}

async function watch(
  { clock, log, supervisor }: ProbationDeps,
  { name, release, signal }: ProbationOrder,
  { rules, background }: { readonly rules: ProbationRules; readonly background: Background },
): Promise<Verdict> {
  let current = beginWatch(clock.monotonic());
  for (let told = ""; ; ) {
    const programs = await programsOf(supervisor, release.app, signal);
    const sight = { at: clock.monotonic(), programs, ...background.seen };
    const verdict = nextVerdict(current, sight, rules);
    if (verdict.kind !== "watching") return verdict;
    current = verdict.watch;
    const kind = verdict.waitingFor.replace(/\d.*/, "");
    if (kind !== told) log.debug(`${name}: ${verdict.waitingFor}`);
    told = kind;
    await clock.sleep(PACE_MS, signal);
  }
}

/** @returns undefined when the supervisor does not answer */
async function programsOf(
  supervisor: Pick<SupervisorClient, "getAllProcessInfo">,
  app: string,
  signal: AbortSignal,
): Promise<readonly ProgramSight[] | undefined> {
  try {
    return (await supervisor.getAllProcessInfo(signal)).filter(({ group }) => group === app);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GatewayEngineError) return undefined;
    throw error;
  }
}

async function failureOf(
  { supervisor }: ProbationDeps,
  { name, release, signal }: ProbationOrder,
  { code, reason, program }: Extract<Verdict, { readonly kind: "failed" }>,
): Promise<Failure> {
  const { message } = new InstallError(code, { name, reason });
  const failure: Failure = { status: "failed", code, message };
  if (!release.hasProgram) return failure;
  const culprit = program ?? (await programsOf(supervisor, release.app, signal))?.[0]?.name;
  if (culprit === undefined) return failure;
  return { ...failure, log: await lastLogLines(supervisor, `${release.app}:${culprit}`, signal) };
}

/** What is asked beside the supervisor, each at its own pace, so that a slow answer does not keep a crash from being seen. */
class Background {
  readonly ended: Promise<unknown>;
  #health: HealthRecord = NOT_ASKED;
  #serverAnswered = false;

  constructor(deps: ProbationDeps, { manifest, place }: ProbationOrder, signal: AbortSignal) {
    this.ended = Promise.all([
      until(signal, () => this.#askForHealth(deps, manifest, place, signal)),
      until(signal, () => this.#askServer(deps, manifest, signal)),
    ]);
    // It is awaited when the watch is over.
    this.ended.catch(() => {});
  }

  get seen(): { readonly health: HealthRecord; readonly serverAnswered: boolean } {
    return { health: this.#health, serverAnswered: this.#serverAnswered };
  }

  async #askForHealth(deps: ProbationDeps, { health }: AppManifest, place: CommandPlace, signal: AbortSignal) {
    while (health !== undefined) {
      const problem = await probeHealth(deps, health, place, signal);
      signal.throwIfAborted();
      this.#health = withRound(this.#health, problem);
      await deps.clock.sleep(health.interval * 1000, signal);
    }
  }

  async #askServer({ clock, askServer }: ProbationDeps, { needsServer }: AppManifest, signal: AbortSignal) {
    while (needsServer && !this.#serverAnswered) {
      this.#serverAnswered = await askServer(signal).then(
        () => true,
        () => false,
      );
      if (!this.#serverAnswered) await clock.sleep(SERVER_PACE_MS, signal);
    }
  }
}

/** That it was told to stop is the ordinary end of `work`. */
async function until(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** From one look at the programs to the next. */
const PACE_MS = 250;
const SERVER_PACE_MS = 5000;
