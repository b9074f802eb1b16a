/** A line that drops, and a server that is busy; and what a server would have stored twice if it took no notice of numbers. */

import { parseSequence } from "@gateway-engine/protocol/sequence";
import type { Fault, SeenCall } from "@gateway-engine/testkit/recording-device-server";
import type { SeededRandom } from "@gateway-engine/testkit/seeded-random";

export class UnreliableLine {
  /** Answers that were cut off, of batches that were stored. */
  cutAnswers = 0;
  /** Batches of which a server without a memory for numbers would have stored some points once more. */
  repeatedBatches = 0;
  readonly #random: SeededRandom;
  readonly #last = new Map<string, number>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** One call in five goes wrong. */
  faultOf(call: SeenCall): Fault | undefined {
    if (call.sequence === undefined) return undefined;
    const chance = this.#random.fraction();
    if (chance < 0.07) return { kind: "drop-before" };
    if (chance < 0.1) return { kind: "answer", status: 503 };
    this.#note(call.cik, call.sequence);
    if (chance > 0.2) return undefined;
    this.cutAnswers += 1;
    return { kind: "drop-after" };
  }

  #note(cik: string, sequence: string): void {
    const range = parseSequence(sequence);
    if (!range.ok) throw new Error(range.problem);
    const { spool, first, last } = range.value;
    const lane = `${cik} ${spool}`;
    if (first <= (this.#last.get(lane) ?? 0)) this.repeatedBatches += 1;
    this.#last.set(lane, Math.max(last, this.#last.get(lane) ?? 0));
  }
}
