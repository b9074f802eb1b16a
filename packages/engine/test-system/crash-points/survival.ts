/** Plays a chapter to a crash point, lets the engine go on over what is left, and looks what became of the gateway. */
import { setTimeout as sleep } from "node:timers/promises";
import type { FetchStatus } from "@gateway-engine/protocol/reports";
import { type CrashPoint, type DurableStep, DurableSteps } from "@gateway-engine/testkit/faults/durable-steps";
import type { LaunchedProgram } from "@gateway-engine/testkit/launched-program";
import { type Condition, conditionOf, differences, isAtRest, strays, usedLayers } from "./inspection.ts";
import type { Chapter } from "./life.ts";
import type { Stage } from "./stage.ts";

/** A crash, and perhaps another while the engine puts things in order after the first. */
export interface Cut extends CrashPoint {
  /** So many steps after the restart. */
  readonly again?: number;
}

export interface SurvivalSetup {
  readonly stage: Stage;
  readonly chapter: Chapter;
  /** The state of the root in which the chapter begins. */
  readonly before: string;
  /** The library that counts the steps. */
  readonly library: string;
  /** What the packages promise besides. @returns what of it is broken, one line each */
  readonly promises?: (stage: Stage) => Promise<readonly string[]>;
  /** Files that programs write when they like. */
  readonly passing?: ReadonlySet<string>;
  /** Mount point of the disk that a shutdown shuts down. */
  readonly disk?: string;
  /** Brings the disk back after a shutdown. */
  readonly remount?: () => void;
}

/** How a chapter may end. */
export interface Reference {
  readonly before: Condition;
  readonly after: Condition;
  /** Which is reported then. */
  readonly status: FetchStatus["status"] | undefined;
}

export interface Ending {
  readonly steps: readonly DurableStep[];
  readonly condition: Condition;
  /** What the server was told about this chapter's command. */
  readonly results: readonly FetchStatus[];
  readonly violations: readonly string[];
  /** The script ran over a layer of the file system. */
  readonly usedLayers: boolean;
}

const REST_LIMIT_MS = 60_000;
const NEVER: Cut = { step: 0, action: "kill-before" };

/** The chapter without a crash. The root stays as it is in the end, and nothing runs in it. @param inTheEnd looks at it before */
export async function playThrough(
  setup: SurvivalSetup,
  inTheEnd: (stage: Stage) => Promise<void> = async () => {},
): Promise<Ending> {
  const ending = await play(setup, NEVER);
  await inTheEnd(setup.stage);
  await setup.stage.endAll();
  return ending;
}

/** @returns what broke a promise, one line each */
export async function survive(setup: SurvivalSetup, cut: Cut, reference: Reference): Promise<readonly string[]> {
  const { results, condition, violations, steps } = await play(setup, cut).catch(async (error: unknown) => {
    // The next point needs a disk that works.
    await setup.stage.endAll();
    setup.remount?.();
    throw error;
  });
  const wanted = results.at(-1)?.status === reference.status ? reference.after : reference.before;
  const all = [...violations, ...differences(condition, wanted)];
  return all.map((violation) => `${describeStep(steps, cut)}: ${violation}`);
}

async function play(setup: SurvivalSetup, cut: Cut): Promise<Ending> {
  const { stage, chapter, library, disk } = setup;
  await stage.restore(setup.before);
  const steps = new DurableSteps({
    library,
    folder: stage.root,
    notes: stage.notes,
    ...(disk === undefined ? {} : { mountPoint: disk }),
  });
  const told = stage.cloud.results.length;
  const deployment = `${chapter.name} ${told} ${cut.step}`;
  orderIn(stage, chapter, deployment);
  await stage.supervise();
  const hasCrashed = await live(setup, steps, cut);
  if (hasCrashed && cut.again !== undefined) {
    await live(setup, steps, { step: steps.count + cut.again, action: cut.action });
  }
  const taken = steps.taken;
  const log = await settle(stage);
  const results = stage.cloud.results.slice(told);
  const violations = [
    ...reportViolations(results, deployment),
    ...strays(stage.root),
    ...((await setup.promises?.(stage)) ?? []),
  ];
  return {
    steps: taken,
    results,
    usedLayers: usedLayers(stage.paths.journal),
    condition: await conditionOf(stage, setup.passing),
    violations: violations.length === 0 ? [] : [...violations, `the engine's last life:\n${log}`],
  };
}

function orderIn({ cloud }: Stage, { packages, command, cutsLine = false }: Chapter, deployment: string): void {
  for (const { fileName, bytes } of packages) cloud.content.set(fileName, bytes);
  let cut = !cutsLine;
  cloud.fault = ({ path }) => {
    if (cut || !path.includes("download") || path.includes("info")) return undefined;
    cut = true;
    return "drop-half";
  };
  cloud.order("engine_fetch", command(deployment));
}

/** A life of the engine, to its crash or until it has nothing more to do. @returns whether it crashed at the step */
async function live({ stage, remount }: SurvivalSetup, steps: DurableSteps, cut: CrashPoint): Promise<boolean> {
  steps.crashAt(cut);
  await using engine = stage.engine(steps.env);
  const gone = new AbortController();
  const { status } = await Promise.race([
    engine.ended,
    untilRest(stage, engine, gone.signal).then(() => engine.end("SIGTERM")),
  ]).finally(() => gone.abort());
  const hasCrashed = cut.step > 0 && steps.count >= cut.step;
  if (!hasCrashed && status !== 0) throw new Error(`the engine ended with status ${status}:\n${engine.output}`);
  if (!hasCrashed || remount === undefined) return hasCrashed;
  await stage.endAll();
  remount();
  await stage.supervise();
  return true;
}

/** The life that puts everything in order. @returns what it has logged */
export async function settle(stage: Stage): Promise<string> {
  await using engine = stage.engine();
  await untilRest(stage, engine, new AbortController().signal);
  const { output } = engine;
  await engine.end("SIGTERM");
  return output;
}

/** @throws when it takes too long */
async function untilRest(stage: Stage, engine: LaunchedProgram, signal: AbortSignal): Promise<void> {
  await engine.printed(/checked in/).catch(() => undefined);
  const end = performance.now() + REST_LIMIT_MS;
  while (!signal.aborted && !isAtRest(stage.paths.journal)) {
    if (performance.now() > end) throw new Error(`the gateway does not come to rest:\n${engine.output}`);
    await sleep(20);
  }
}

/** Reported at least once, and each time the same, for the deployment that it was ordered for. */
function reportViolations(results: readonly FetchStatus[], deployment: string): readonly string[] {
  const others = results.filter((result) => result.deployment !== deployment);
  const kinds = new Set(results.map(({ status, state }) => `${status} ${state}`));
  return [
    ...(results.length === 0 ? ["no result was reported"] : []),
    ...others.map((other) => `this was reported, and not for the deployment: ${JSON.stringify(other)}`),
    ...(kinds.size > 1 ? [`different results were reported: ${[...kinds].join("; ")}`] : []),
  ];
}

function describeStep(steps: readonly DurableStep[], { step: number, again }: Cut): string {
  const step = steps.find((one) => one.step === number);
  const where = step === undefined ? "" : `${step.call} of ${step.path} by ${step.program}`;
  return again === undefined ? where : `${where}, and again ${again} steps later`;
}
