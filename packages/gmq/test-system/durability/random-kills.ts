/** Applications write as fast as they can while the queue is killed again and again, and the line is bad. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DeliveryReport } from "@gateway-engine/testkit/faults/delivery-report";
import { SeededRandom } from "@gateway-engine/testkit/seeded-random";
import type { GmqProcess } from "../../test/process/gmq-process.ts";
import { type MessageShape, Sender } from "./sender.ts";
import { Stage } from "./stage.ts";
import { violationsOf } from "./survival.ts";
import { UnreliableLine } from "./unreliable-line.ts";

export interface KillsOutcome {
  readonly report: DeliveryReport;
  /** Beside those of the report: a batch that went out once more without a reason. */
  readonly violations: readonly string[];
}

/** Two applications each share a device. */
const DEVICES = ["a", "b", "c"] as const;
const SENDERS_PER_DEVICE = 2;

const LONGEST_LIFE_MS = 400;

const DRAIN_LIMIT_MS = 60_000;

export async function killUnderLoad(kills: number, seed: number): Promise<KillsOutcome> {
  await using stage = await Stage.open();
  const random = new SeededRandom(seed);
  const line = new UnreliableLine(random);
  stage.server.fail((call) => line.faultOf(call));
  const senders = DEVICES.flatMap((device) =>
    Array.from(
      { length: SENDERS_PER_DEVICE },
      (_, index) => new Sender(`${device}${index}`, stage.ledger, `product product ${device}`),
    ),
  );
  for (let kill = 0; kill < kills; kill += 1) {
    const gmq = await stage.start();
    const writing = senders.map((sender) => sendUntilTheEnd(sender, gmq, random));
    await sleep(random.below(LONGEST_LIFE_MS));
    await gmq.end("SIGKILL");
    await Promise.all(writing);
  }
  stage.server.fail(() => undefined);
  await using gmq = await stage.start();
  await gmq.untilQueued(0, DRAIN_LIMIT_MS);
  const report = stage.report();
  return { report, violations: [...violationsOf(report), ...needlessRepeats(line, kills)] };
}

async function sendUntilTheEnd(sender: Sender, gmq: GmqProcess, random: SeededRandom): Promise<void> {
  try {
    for (;;) await sender.send(gmq, randomShape(random));
  } catch {
    // It was killed.
  }
}

function randomShape(random: SeededRandom): MessageShape {
  const kind = random.below(4) === 0 ? "record" : "write";
  return { kind, bytes: random.below(50) === 0 ? 200_000 : random.below(2000) };
}

/** Each kill can cut one answer of each device, and each answer that was cut makes for one repeat. */
function needlessRepeats({ repeatedBatches, cutAnswers }: UnreliableLine, kills: number): readonly string[] {
  const bound = kills * DEVICES.length + cutAnswers;
  return repeatedBatches <= bound
    ? []
    : [`${repeatedBatches} batches were repeated, and only ${bound} answers were cut`];
}
