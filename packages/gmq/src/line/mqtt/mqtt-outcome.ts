/** What the failure of an MQTT session means for a batch. */
import { AuthenticationError, describeError, UsageError } from "@gateway-engine/core/errors";
import { isHangUp } from "@gateway-engine/device-client/mqtt/failures";
import type { Batch } from "../../forwarder/batch.ts";
import { type Outcome, outcomeOfFailure } from "../../forwarder/outcome.ts";
import type { Lane } from "../../spool/lane.ts";

/** No message is to blame for a session that cannot be opened. */
export function outcomeOfFailedLogin(error: unknown): Outcome {
  if (error instanceof AuthenticationError && error.code === "E_NOT_ACTIVATED") return { kind: "unauthorized" };
  return outcomeOfFailure(error);
}

/** So many hang-ups in a row at one batch, after logins that went well, are an answer. */
const REFUSAL = 5;

/**
 * A server that speaks MQTT 3.1.1 can refuse a message only by hanging up, which the line may do as well. Smaller batches
 * then tell the two apart: they get through a bad line, but not what the server refuses.
 */
export class HangUps {
  readonly #counts = new Map<Lane, { readonly first: number; readonly last: number; readonly count: number }>();

  judge({ lane, first, last }: Batch, error: unknown): Outcome {
    const outcome = outcomeOfFailedPublish(error);
    if (!isHangUp(error)) return outcome;
    const before = this.#counts.get(lane);
    const count = before?.first === first && before.last === last ? before.count + 1 : 1;
    this.#counts.set(lane, { first, last, count });
    if (count < REFUSAL) return outcome;
    return { kind: "rejected", reason: `the server hung up ${count} times instead of acknowledging it` };
  }

  forget(lane: Lane): void {
    this.#counts.delete(lane);
  }
}

function outcomeOfFailedPublish(error: unknown): Outcome {
  if (error instanceof UsageError) return { kind: "rejected", reason: describeError(error) };
  return outcomeOfFailure(error);
}
