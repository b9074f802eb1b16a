/** All chapters of a life, played once and undisturbed, so that each can be played again from its beginning. */
import type { CrashPoint, DurableStep } from "@gateway-engine/testkit/faults/durable-steps";
import type { Look } from "@gateway-engine/testkit/faults/exploration";
import { type Condition, conditionOf, differences, differingFiles, writtenByPrograms } from "./inspection.ts";
import type { Chapter } from "./life.ts";
import type { Stage } from "./stage.ts";
import { type Cut, type Ending, playThrough, type SurvivalSetup, settle, survive } from "./survival.ts";

export interface LifeSetup extends Omit<SurvivalSetup, "chapter" | "before" | "passing"> {
  /** Nobody knows what the programs write: each chapter is played twice, and what differs is left out of comparisons. */
  readonly isUnknown?: boolean;
}

export interface PlayedChapter {
  readonly chapter: Chapter;
  readonly ending: Ending;
  readonly steps: readonly DurableStep[];
  readonly look: Look<CrashPoint & Cut>;
}

/** @throws when a chapter does not end as it should even without a crash */
export async function playLife(setup: LifeSetup, life: readonly Chapter[]): Promise<readonly PlayedChapter[]> {
  const { stage } = setup;
  const played: PlayedChapter[] = [];
  const passing = new Set<string>();
  let before = await idleCondition(stage);
  await stage.begin();
  for (const chapter of life) {
    const own = { ...setup, chapter, before: stage.keep(), passing };
    if (setup.isUnknown === true) await findPassing(own, passing);
    const ending = await playThrough(own);
    const { steps, results, condition: after } = ending;
    const status = results.at(-1)?.status;
    const changed = chapter.ends === "failed" ? differences(after, before) : [];
    const violations = [...ending.violations, ...changed];
    if (violations.length > 0 || (chapter.ends !== undefined && status !== chapter.ends)) {
      const { message = "", info = "" } = results.at(-1) ?? {};
      throw new Error(`${chapter.name}: ${[message, info, ...violations].filter(Boolean).join("\n")}`);
    }
    const reference = { before, after, status };
    played.push({ chapter, ending, steps, look: (cut) => survive(own, cut, reference) });
    before = after;
  }
  return played;
}

/** What an engine makes that has nothing to do. */
async function idleCondition(stage: Stage): Promise<Condition> {
  await stage.begin();
  await stage.supervise();
  await settle(stage);
  const condition = await conditionOf(stage);
  await stage.endAll();
  return condition;
}

async function findPassing(setup: SurvivalSetup, passing: Set<string>): Promise<void> {
  const { condition: one } = await playThrough(setup, async (stage) => {
    for (const path of await writtenByPrograms(stage)) passing.add(path);
  });
  const { condition: other } = await playThrough(setup);
  for (const path of differingFiles(one, other)) passing.add(path);
}
