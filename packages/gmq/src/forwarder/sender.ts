import type { QueueDevice } from "../spool/message.ts";
import type { Batch } from "./batch.ts";
import type { Outcome } from "./outcome.ts";
import type { Taken } from "./taken.ts";

/** How batches get to one upstream. */
export interface Sender {
  /** Sends the points of a batch that are not taken yet. Every failure is an outcome. */
  send(delivery: Delivery, signal: AbortSignal): Promise<Sent>;
  /** Ends the connections that are kept open. */
  close(): void;
}

export interface Delivery {
  readonly device: QueueDevice;
  readonly batch: Batch;
  /** Empty: the connection itself says who sends. */
  readonly cik: string;
  readonly taken: Taken;
}

export interface Sent {
  readonly outcome: Outcome;
  /** With what the server took of a batch that failed in the middle. */
  readonly taken: Taken;
}
