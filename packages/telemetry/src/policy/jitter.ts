/** Keeps a fleet from answering in step. */
import { createHash } from "node:crypto";
import type { Random } from "@gateway-engine/core/random";

/** Where a gateway stands in its fleet: a number from 0 up to, but not including, 1, always the same for a serial. */
export function fleetPhase(serial: string): number {
  return createHash("sha256").update(serial).digest().readUInt32BE(0) / 2 ** 32;
}

export interface Jitter {
  /** Share of the time that may be taken off, from 0 to 1. */
  readonly share: number;
  /** `fleetPhase` of the gateway. */
  readonly phase: number;
  readonly random: Pick<Random, "fraction">;
}

/** A little less than `ms`, never more: one half of what is taken off is the gateway's own, the other is chance. */
export function jittered(ms: number, jitter: Jitter): number {
  return ms - offset(ms, jitter);
}

/** Longest time that a first check-in waits after power has come back, in milliseconds. */
const MAX_START_DELAY_MS = 60_000;

/** How long the first check-in after a start of the machine waits, so that a street whose power comes back does not call at once. */
export function startDelayMs(intervalMs: number, jitter: Jitter): number {
  return Math.min(MAX_START_DELAY_MS * midway(jitter), offset(intervalMs, jitter));
}

function offset(ms: number, jitter: Jitter): number {
  return ms * jitter.share * midway(jitter);
}

function midway({ phase, random }: Jitter): number {
  return (phase + random.fraction()) / 2;
}
