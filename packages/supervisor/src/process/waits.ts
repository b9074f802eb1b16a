/** Waiting for what becomes of a process. */
import { CancelledError } from "@gateway-engine/core/errors";
import type { ManagedProcess } from "./managed-process.ts";
import { isStopped, type StateName } from "./state.ts";

/** The first state other than STARTING that the process enters; states it only passes through count. */
export function nextOutcome(process: ManagedProcess, signal: AbortSignal): Promise<StateName> {
  return nextState(process, (to) => to !== "STARTING", signal);
}

/** Resolves as soon as the process is stopped; at once if it is. */
export async function untilStopped(process: ManagedProcess, signal?: AbortSignal): Promise<void> {
  while (!isStopped(process.state)) await nextState(process, () => isStopped(process.state), signal);
}

/** Resolves with the next stopped state that the process enters, if only in passing. */
export async function nextStop(process: ManagedProcess): Promise<void> {
  await nextState(process, (to) => isStopped({ name: to }), undefined);
}

/** @returns whether it became ready; false when it ceased to run before */
export async function untilReady(process: ManagedProcess, signal: AbortSignal): Promise<boolean> {
  if (process.isReady || process.state.name !== "RUNNING") return process.isReady;
  return firstTold((tell) => [process.onReady(() => tell(true)), process.onState(() => tell(false))], signal);
}

function nextState(
  process: ManagedProcess,
  accept: (to: StateName) => boolean,
  signal: AbortSignal | undefined,
): Promise<StateName> {
  return firstTold((tell) => [process.onState((to) => accept(to) && tell(to))], signal);
}

/**
 * @param subscribe to whatever may tell; it gives back how to end that
 * @returns what is told first; rejects with E_CANCELLED when `signal` aborts before
 */
export function firstTold<Value>(
  subscribe: (tell: (value: Value) => void) => readonly (() => void)[],
  signal: AbortSignal | undefined,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const end = () => {
      for (const unsubscribe of subscriptions) unsubscribe();
      signal?.removeEventListener("abort", cancel);
    };
    const cancel = () => {
      end();
      reject(new CancelledError("E_CANCELLED", { what: "waiting for a process" }, { cause: signal?.reason }));
    };
    const subscriptions = subscribe((value) => {
      end();
      resolve(value);
    });
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
  });
}
