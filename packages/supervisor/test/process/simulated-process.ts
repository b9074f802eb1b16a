/** The world around the state machine: a child that is being made, lives or is dead, and one timer. */
import type { ProcessConfig } from "../../src/config/model.ts";
import type { ProcessEvent } from "../../src/process/process-event.ts";
import { type ProcessState, pidOf } from "../../src/process/state.ts";
import type { ProcessEffect } from "../../src/process/step.ts";
import { next } from "../../src/process/transitions.ts";

/** What may happen; what cannot happen at the moment (a dead child exits, a timer that is not set goes off) is left out. */
export type Happening =
  | {
      readonly kind:
        | "start"
        | "stop"
        | "daemon-ends"
        | "timer"
        | "child-made"
        | "no-child"
        | "called-off"
        | "signal-refused";
    }
  | { readonly kind: "ready" | "not-ready" | "unhealthy" }
  | { readonly kind: "child-ends"; readonly status: number }
  | { readonly kind: "time-passes"; readonly ms: number };

export class SimulatedProcess {
  state: ProcessState = { name: "STOPPED" };
  /** The last transition's. */
  effects: readonly ProcessEffect[] = [];
  /** Children that were asked for and are not there yet. */
  beingMade = 0;
  /** The one that is being made need not be made any more. */
  isCalledOff = false;
  readonly living = new Set<number>();
  hasTimer = false;
  mayRestart = true;
  readonly #config: ProcessConfig;
  #now = 0;
  #lastPid = 0;

  constructor(config: ProcessConfig) {
    this.#config = config;
  }

  /** @returns whether it could happen */
  happen(happening: Happening): boolean {
    if (happening.kind === "time-passes") this.#now += happening.ms;
    if (happening.kind === "daemon-ends") this.mayRestart = false;
    const event = this.#eventOf(happening);
    if (event === undefined) return false;
    if (event.kind === "timer") this.hasTimer = false;
    if (event.kind === "spawned" || event.kind === "spawn-failed" || event.kind === "called-off") {
      this.beingMade -= 1;
    }
    if (event.kind === "spawned") this.living.add(event.pid);
    if (event.kind === "exited") this.living.clear();
    const step = next(this.state, event, this.#config);
    this.state = step.state;
    this.effects = step.effects;
    for (const effect of step.effects) this.#perform(effect);
    return true;
  }

  #eventOf(happening: Happening): ProcessEvent | undefined {
    const { mayRestart } = this;
    const at = this.#now;
    switch (happening.kind) {
      case "start":
        return mayRestart ? { kind: "start", at } : undefined;
      case "stop":
        return { kind: "stop" };
      case "daemon-ends":
        return { kind: "give-up" };
      case "timer":
        return this.hasTimer ? { kind: "timer", at } : undefined;
      case "child-made":
        this.#lastPid += 1;
        return this.beingMade > 0 ? { kind: "spawned", pid: this.#lastPid, at } : undefined;
      case "no-child":
        return this.beingMade > 0 ? { kind: "spawn-failed", reason: "no reason", at, mayRestart } : undefined;
      case "called-off":
        return this.isCalledOff && this.beingMade > 0 ? { kind: "called-off" } : undefined;
      case "ready":
        return { kind: "ready" };
      case "not-ready":
        return { kind: "check-failed", check: "readiness", reason: "no answer" };
      case "unhealthy":
        return { kind: "check-failed", check: "health", reason: "no answer" };
      case "child-ends": {
        const exit = { kind: "status", status: happening.status } as const;
        return this.living.size > 0 ? { kind: "exited", exit, at, mayRestart } : undefined;
      }
      case "signal-refused":
        return pidOf(this.state) === undefined ? undefined : { kind: "signal-failed", reason: "not permitted" };
      case "time-passes":
        return undefined;
    }
  }

  #perform(effect: ProcessEffect): void {
    if (effect.kind === "spawn") {
      this.beingMade += 1;
      this.isCalledOff = false;
    }
    if (effect.kind === "call-off") this.isCalledOff = true;
    if (effect.kind === "timer") this.hasTimer = true;
    if (effect.kind === "entered") this.hasTimer = false;
  }
}
