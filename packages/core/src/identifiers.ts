import type { Timestamp } from "./clock.ts";
import type { Random } from "./random.ts";

/**
 * A UUID of version 7: sorts by the time it was made.
 *
 * @see RFC 9562, section 5.7
 */
export function uuidv7(now: Timestamp, random: Random): string {
  const bytes = new Uint8Array(16);
  bytes.set(random.bytes(10), 6);
  for (let index = 0, rest = Math.trunc(now); index < 6; index += 1, rest = Math.trunc(rest / 256)) {
    bytes[5 - index] = rest % 256;
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A device's secret as the One Platform makes it: 40 hexadecimal digits. */
export function newCik(random: Random): string {
  return toHex(random.bytes(20));
}

/** A secret in a log or on a screen: the first eight characters, the rest hidden. */
export function maskSecret(secret: string): string {
  return secret.length <= 8 ? "*".repeat(secret.length) : secret.slice(0, 8) + "*".repeat(secret.length - 8);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
