import { X509Certificate } from "node:crypto";
import type { Timestamp } from "@gateway-engine/core/clock";

/**
 * For how many days a certificate is still good; less than 0 when it has expired.
 *
 * @param pem the first certificate in it counts, as it does for TLS
 * @throws when there is none
 */
export function daysLeft(pem: string, now: Timestamp): number {
  return (Date.parse(new X509Certificate(pem).validTo) - now) / DAY_MS;
}

const DAY_MS = 86_400_000;
