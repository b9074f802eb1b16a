/** A queue in trouble, and out of it again. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { GmqProcess } from "../../test/process/gmq-process.ts";
import type { Sender } from "./sender.ts";
import type { Stage } from "./stage.ts";
import { violationsOf } from "./survival.ts";

export const ACCEPTED = 204;

/** What a queue says that cannot store now. */
export const NOT_STORED: readonly number[] = [503, 507];

/** From the end of a trouble until everything works again. */
export const RECOVERY_LIMIT_MS = 20_000;

/** The server answers no batch until it is told to. */
export function hold({ server }: Stage): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.fail(({ sequence }) => (sequence === undefined ? undefined : { kind: "hold", until: promise }));
  return resolve;
}

export async function sendUntilAccepted(sender: Sender, gmq: GmqProcess): Promise<void> {
  const end = performance.now() + RECOVERY_LIMIT_MS;
  while ((await sender.send(gmq)) !== ACCEPTED) {
    if (performance.now() > end) throw new Error(`gmq does not recover:\n${gmq.output}`);
    await sleep(100);
  }
}

export async function expectAllDelivered(stage: Stage, gmq: GmqProcess): Promise<void> {
  await gmq.untilQueued(0, RECOVERY_LIMIT_MS);
  expect(violationsOf(stage.report())).toEqual([]);
}
