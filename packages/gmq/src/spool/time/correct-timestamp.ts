import { EARLIEST_TIME } from "@gateway-engine/core/version";

/**
 * Makes the time of a recorded value right, when it comes from the clock that was wrong by `correction` microseconds. A time
 * that can be right was read from another clock, and stays.
 *
 * @param timestamp seconds since 1970, with up to nine decimals
 */
export function correctTimestamp(timestamp: string, correction = 0): string {
  if (correction === 0 || Number(timestamp) * 1000 >= EARLIEST_TIME) return timestamp;
  const [seconds = "", decimals = ""] = timestamp.split(".");
  const nanoseconds = BigInt(seconds) * 1_000_000_000n + BigInt(decimals.padEnd(9, "0")) + BigInt(correction) * 1000n;
  const fraction = String(nanoseconds % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${nanoseconds / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}`;
}
