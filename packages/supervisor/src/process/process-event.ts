/** What can happen to a process, as its state machine is told. */
import type { ChildExit } from "@gateway-engine/core/children";
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { FailedCheck } from "./state.ts";

export type ProcessEvent =
  | { readonly kind: "start"; readonly at: MonotonicMs }
  | { readonly kind: "spawned"; readonly pid: number; readonly at: MonotonicMs }
  | {
      readonly kind: "spawn-failed";
      readonly reason: string;
      readonly at: MonotonicMs;
      readonly mayRestart: boolean;
    }
  /** A child of an earlier daemon was found alive. */
  | {
      readonly kind: "adopted";
      readonly pid: number;
      readonly at: MonotonicMs;
      readonly fate: "keep" | "stop" | "restart";
    }
  /** The timer of the state went off; for STARTING, only sent while the child lives. */
  | { readonly kind: "timer"; readonly at: MonotonicMs }
  | {
      readonly kind: "exited";
      readonly exit: ChildExit;
      readonly at: MonotonicMs;
      /** false while the daemon ends. */
      readonly mayRestart: boolean;
    }
  | { readonly kind: "stop" }
  /** What it waited for before its child was made is not waited for any more. */
  | { readonly kind: "called-off" }
  | { readonly kind: "ready" }
  | ({ readonly kind: "check-failed" } & FailedCheck)
  /** The daemon ends: nothing is tried again. */
  | { readonly kind: "give-up" }
  | { readonly kind: "signal-failed"; readonly reason: string };

export type EventOf<Kind extends ProcessEvent["kind"]> = ProcessEvent & { readonly kind: Kind };
