/** Plays the script to a crash point, goes on over what is left on disk, and looks what became of the messages. */
import type { QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import type { DeliveryReport } from "@gateway-engine/testkit/faults/delivery-report";
import { type CrashPoint, type DurableStep, DurableSteps } from "@gateway-engine/testkit/faults/durable-steps";
import type { Look } from "@gateway-engine/testkit/faults/exploration";
import { playScript } from "./script.ts";
import { mayBeGivenUp, Sender } from "./sender.ts";
import { STAGE_CFG, Stage } from "./stage.ts";

export interface SurvivalSetup {
  /** The library that counts the steps. */
  readonly library: string;
  /** Launcher of another build, which plays the script; the build under test goes on after the crash. */
  readonly launcher?: string;
  /** Mount point of the disk that the root is on. */
  readonly disk?: string;
  /** What happens to the disk between the crash and the next start. */
  readonly meanwhile?: (steps: readonly DurableStep[]) => void;
}

export interface Survival {
  /** The folder that the gateway had. */
  readonly root: string;
  readonly report: DeliveryReport;
  readonly steps: readonly DurableStep[];
  /** What broke a promise, one line each; empty: nothing did. */
  readonly violations: readonly string[];
}

/** What a queue says that it gave up. */
type Losses = Pick<QueueStatusAnswer, "dropped" | "expired">;

/** The script without a crash. */
export function playThrough(setup: SurvivalSetup): Promise<Survival> {
  return survive(setup, { step: 0, action: "kill-before" });
}

async function survive(setup: SurvivalSetup, point: CrashPoint): Promise<Survival> {
  const { library, launcher, disk, meanwhile } = setup;
  await using stage = await Stage.open(disk === undefined ? {} : { disk });
  const steps = new DurableSteps({
    library,
    folder: stage.folder,
    notes: stage.notes,
    ...(disk === undefined ? {} : { mountPoint: disk }),
  });
  steps.crashAt(point);
  const how = { ...(launcher === undefined ? {} : { launcher }), env: steps.env };
  await playScript(stage, how).catch((error: unknown) => {
    if (point.step === 0 || steps.count < point.step) throw error;
  });
  if (steps.count < point.step)
    throw new Error(`there are only ${steps.count} steps, and step ${point.step} was asked for`);
  const taken = steps.taken;
  meanwhile?.(taken);
  const losses = await deliverTheRest(stage);
  const report = stage.report();
  return { root: stage.folder, report, steps: taken, violations: violationsOf(report, losses) };
}

export function look(setup: SurvivalSetup): Look {
  return async (point) => (await survive(setup, point)).violations;
}

/** @param atOnce how many gateways are tortured at the same time */
export function looks(setup: SurvivalSetup, atOnce = 1): readonly Look[] {
  return Array.from({ length: atOnce }, () => look(setup));
}

/** The queue must also take and deliver new messages of each device. @returns what it says that it gave up */
async function deliverTheRest(stage: Stage): Promise<Losses> {
  stage.server.fail(() => undefined);
  await stage.configure(STAGE_CFG);
  await using gmq = await stage.start();
  for (const device of ["one", "two"]) {
    const sender = new Sender(`${device}-again`, stage.ledger, `product product ${device}`);
    const status = await sender.send(gmq);
    if (status !== 204) throw new Error(`gmq answered ${status} after the crash`);
  }
  await gmq.untilQueued(0);
  return await gmq.status();
}

/** The server drops repeats by their numbers, so there are none at all. */
export function violationsOf(
  { lost, overtaken, foreign, repeated }: DeliveryReport,
  losses: Losses = { dropped: 0, expired: 0 },
): readonly string[] {
  const givenUp = Map.groupBy(lost, mayBeGivenUp);
  const beyond = (which: keyof Losses) => (givenUp.get(which) ?? []).slice(losses[which]);
  return [
    ...[...(givenUp.get(undefined) ?? []), ...beyond("dropped"), ...beyond("expired")].map(
      (key) => `${key} was accepted and is lost`,
    ),
    ...overtaken.map((key) => `${key} was overtaken`),
    ...foreign.map((value) => `nobody sent ${value}`),
    ...repeated.map((key) => `${key} arrived again`),
  ];
}
