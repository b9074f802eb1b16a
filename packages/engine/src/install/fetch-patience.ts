import type { RetrySchedule } from "@gateway-engine/core/retry";
import type { DownloadTries } from "@gateway-engine/device-client/download-tries";

/** From one try to the next of a download that does not come on. */
export const FETCH_RETRY: RetrySchedule = { firstMs: 1000, maxMs: 300_000 };

const HOUR_MS = 3_600_000;
/** A gateway in the field may be without a line for days. */
const AWAY_MS = 7 * 24 * HOUR_MS;
/** A server that is there, and never sends what it should, has to be mended by somebody, who wants to know. */
const WRONG_MS = 24 * HOUR_MS;

/** Whether a download has gone on for long enough without a new byte. */
export function isHopeless({ silentMs, wrongMs }: Pick<DownloadTries, "silentMs" | "wrongMs">): boolean {
  return silentMs >= AWAY_MS || wrongMs >= WRONG_MS;
}
