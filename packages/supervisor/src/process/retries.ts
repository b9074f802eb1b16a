/** Trying to start a process: again and again, as far as its restart policy goes, and giving up. */
import type { MonotonicMs } from "@gateway-engine/core/clock";
import type { ProcessConfig } from "../config/model.ts";
import type { EventOf } from "./process-event.ts";
import { afterFailedStart, type RestartPlan, TOO_MANY_RETRIES } from "./restart-policy.ts";
import { type Attempts, attemptsOf, type ProcessState } from "./state.ts";
import { enter, type Step, withEffects } from "./step.ts";

export function startOnRequest(from: ProcessState, at: MonotonicMs): Step {
  return enter(from, starting(at, NO_ATTEMPTS), { kind: "spawn", asked: true });
}

export function tryToStart(from: ProcessState, at: MonotonicMs, attempts: Attempts): Step {
  return enter(from, starting(at, attempts), { kind: "spawn", asked: false });
}

function starting(since: MonotonicMs, attempts: Attempts): ProcessState {
  return { name: "STARTING", pid: undefined, since, ...attemptsOf(attempts) };
}

type FailedStart = Omit<EventOf<"spawn-failed">, "kind">;

export function failedStart(state: ProcessState & Attempts, failure: FailedStart, config: ProcessConfig): Step {
  const { reason, at, mayRestart } = failure;
  const plan = afterFailedStart(state, at, { ...config.extras.restarts, startretries: config.startretries });
  if (mayRestart) return follow(plan, { from: state, reason, at }, config);
  return surrender(plan.attempts, { from: state, reason }, TOO_MANY_RETRIES, config);
}

interface EndedTry {
  readonly from: ProcessState;
  /** How it ended. */
  readonly reason: string;
  readonly at: MonotonicMs;
}

export function follow(plan: RestartPlan, { from, reason, at }: EndedTry, config: ProcessConfig): Step {
  switch (plan.kind) {
    case "at-once":
      return tryToStart(from, at, plan.attempts);
    case "after":
      return enter(from, { name: "BACKOFF", reason, ...plan.attempts }, { kind: "timer", ms: plan.ms });
    case "give-up": {
      const gaveUp = surrender(plan.attempts, { from, reason: plan.reason ?? reason }, plan.why, config);
      const { fatalRetryMs } = config.extras.restarts;
      if (fatalRetryMs === undefined) return gaveUp;
      const willRetry: ProcessState = { name: "FATAL", reason: plan.reason ?? reason, willRetry: true };
      return { state: willRetry, effects: [...gaveUp.effects, { kind: "timer", ms: fatalRetryMs }] };
    }
  }
}

/** By way of BACKOFF, as the original does: event listeners see both. */
function surrender(
  attempts: Attempts,
  { from, reason }: Pick<EndedTry, "from" | "reason">,
  why: string,
  { name }: ProcessConfig,
): Step {
  const backoff: ProcessState = { name: "BACKOFF", reason, ...attempts };
  const message = `gave up: ${name} entered FATAL state, ${why}`;
  const gaveUp = enter(backoff, { name: "FATAL", reason }, { kind: "log", level: "INFO", message });
  return withEffects(enter(from, backoff).effects, gaveUp);
}

export const NO_ATTEMPTS: Attempts = { failures: 0, briefRuns: 0 };
