/** All chapters of a life, played once and undisturbed, so that each can be played again from its beginning. */
import type { CrashPoint, DurableStep } from "@gateway-engine/testkit/faults/durable-steps";
import type { Look } from "@gateway-engine/testkit/faults/exploration";
import { conditionOf } from "./inspection.ts";
import type { Chapter } from "./life.ts";
import { type Cut, playThrough, type SurvivalSetup, survive } from "./survival.ts";

export interface PlayedChapter {
  readonly chapter: Chapter;
  readonly steps: readonly DurableStep[];
  readonly look: Look<CrashPoint & Cut>;
}

/** @throws when a chapter does not end as it should even without a crash */
export async function playLife(
  setup: Omit<SurvivalSetup, "chapter" | "before">,
  life: readonly Chapter[],
): Promise<readonly PlayedChapter[]> {
  const { stage } = setup;
  const played: PlayedChapter[] = [];
  await stage.begin();
  await stage.supervise();
  let condition = await conditionOf(stage);
  for (const chapter of life) {
    await stage.endAll();
    const own = { ...setup, chapter, before: stage.keep() };
    const { steps, results, violations, condition: after } = await playThrough(own);
    if (violations.length > 0 || results.at(-1)?.status !== chapter.ends) {
      throw new Error(`${chapter.name}: ${violations.join("\n")} ${JSON.stringify(results)}`);
    }
    const reference = { before: condition, after };
    played.push({ chapter, steps, look: (cut) => survive(own, cut, reference) });
    condition = after;
  }
  await stage.endAll();
  return played;
}
