/** Waiting for what becomes of a process. */
import { CancelledError } from "@gateway-engine/core/errors";
import type { ManagedProcess } from "./managed-process.ts";
import { isStopped, type StateName } from "./state.ts";

/**
 * What becomes of a start.
 *
 * @returns the first state other than STARTING that the process enters, if only in passing; `stuck` when it comes to
 * wait for what does not come by itself
 */
export function nextOutcome(process: ManagedProcess, signal: AbortSignal): Promise<StateName | "stuck"> {
  return firstTold<StateName | "stuck">(
    (tell) => [process.onState((to) => to !== "STARTING" && tell(to)), process.onStuck(() => tell("stuck"))],
    signal,
  );
}

/** Resolves as soon as the process is stopped; at once if it is. */
export async function untilStopped(process: ManagedProcess, signal?: AbortSignal): Promise<void> {
  while (!isStopped(process.state)) await nextState(process, () => isStopped(process.state), signal);
}

/** Stops them all at once. */
export async function stopTogether(processes: readonly ManagedProcess[]): Promise<void> {
  for (const process of processes) process.stop();
  await Promise.all(processes.map((process) => untilStopped(process)));
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
