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

function nextState(
  process: ManagedProcess,
  accept: (to: StateName) => boolean,
  signal: AbortSignal | undefined,
): Promise<StateName> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      unsubscribe();
      const what = `waiting for ${process.config.name}`;
      reject(new CancelledError("E_CANCELLED", { what }, { cause: signal?.reason }));
    };
    const unsubscribe = process.onState((to) => {
      if (!accept(to)) return;
      unsubscribe();
      signal?.removeEventListener("abort", cancel);
      resolve(to);
    });
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
  });
}
