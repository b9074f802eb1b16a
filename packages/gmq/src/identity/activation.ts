/** What the searches for CIKs have in common, at the main upstream and at others. */
import { ConfigError, describeError } from "@gateway-engine/core/errors";
import type { RetrySchedule } from "@gateway-engine/core/retry";
import type { QueueDevice } from "../spool/message.ts";
import type { Attempt } from "./cik-searches.ts";

/** Trades a device's identity for a CIK at one upstream. */
export type Activate = (device: QueueDevice, signal: AbortSignal) => Promise<string>;

/** Between two tries to activate. */
const ACTIVATE: RetrySchedule = { firstMs: 1000, maxMs: 300_000 };

/** Until somebody has mended a file, which costs little to look at. */
const MENDED: RetrySchedule = { firstMs: 5000, maxMs: 30_000 };

/** Until a CIK that was refused is tried again, for want of another. */
export const CIK_ONLY: RetrySchedule = { firstMs: 30_000, maxMs: 300_000 };

export const GIVEN_CIK_REFUSED = "the server refuses the CIK that was given";

export function activationFailed(error: unknown): Attempt {
  return { schedule: error instanceof ConfigError ? MENDED : ACTIVATE, problem: describeError(error) };
}
