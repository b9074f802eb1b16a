/** Asking a peer to do something, and how long it takes. */
import { setTimeout as wait } from "node:timers/promises";
import type { Value } from "../measurement.ts";
import { median } from "../statistics.ts";
import type { Operation, RunningPeer } from "./peer.ts";

/** @returns milliseconds */
export async function timeOperation(
  running: RunningPeer,
  operation: Operation,
  limitMs: number = LIMIT_MS,
): Promise<Value> {
  const ask = running.operations[operation];
  if (ask === undefined) return { none: "no such thing" };
  const start = performance.now();
  const asked = ask().then(() => performance.now() - start);
  const limit = new AbortController();
  const tooLong = wait(limitMs, { moreThan: limitMs }, { signal: limit.signal });
  // What was not waited for fails when its daemon is ended.
  asked.catch(() => {});
  tooLong.catch(() => {});
  try {
    return await Promise.race([asked, tooLong]);
  } finally {
    limit.abort();
  }
}

/** The median of numbers; one that is none stands for all. */
export function medianOf(values: readonly Value[]): Value {
  return (
    values.find((value) => typeof value !== "number") ?? median(values.filter((value) => typeof value === "number"))
  );
}

const LIMIT_MS = 120_000;
