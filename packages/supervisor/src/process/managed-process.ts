/** One process of the configuration: runs its state machine, and remembers what people ask about it. */
import type { ChildExit } from "@gateway-engine/core/children";
import type { Timer } from "@gateway-engine/core/clock";
import { fail, type Result } from "@gateway-engine/core/result";
import { StateMachine } from "@gateway-engine/core/state-machine";
import type { ProcessConfig } from "../config/model.ts";
import type { SignalName } from "../config/signals.ts";
import type { LeftProcess } from "../daemon/handover.ts";
import type { EventPublisher } from "../events/event-bus.ts";
import type { AdoptionPlan } from "./adoption-plan.ts";
import type { StopWish, Survivor } from "./child-records.ts";
import { ProcessChild, type ProcessChildDeps, type SocketSource } from "./process-child.ts";
import type { ProcessEvent } from "./process-event.ts";
import type { ProcessStreams } from "./process-streams.ts";
import type { RunCompanion } from "./run-companion.ts";
import { RunCompanions } from "./run-companions.ts";
import { NO_HISTORY, type RunHistory } from "./run-history.ts";
import type { StartOrder } from "./start-order.ts";
import { type FailedCheck, isRunning, isStopped, type ProcessState, pidOf, type StateName } from "./state.ts";
import type { ProcessEffect, RunFacts } from "./step.ts";
import { next } from "./transitions.ts";

export interface ManagedProcessDeps extends ProcessChildDeps {
  readonly startOrder: StartOrder;
  readonly events: EventPublisher;
  readonly companionsOf: (process: ManagedProcess) => readonly RunCompanion[];
  /** false while the daemon ends. */
  readonly mayRestart: () => boolean;
}

export interface ProcessPast {
  /** What its child accepts connections on, if anything. */
  readonly socket?: SocketSource | undefined;
  /** How another program of supervisord left it, in our place. */
  readonly left?: LeftProcess | undefined;
}

export type StateListener = (to: StateName, from: StateName) => void;

export class ManagedProcess {
  readonly config: ProcessConfig;
  readonly streams: ProcessStreams;
  readonly #deps: ManagedProcessDeps;
  readonly #machine: StateMachine<ProcessState, ProcessEvent, ProcessEffect>;
  readonly #listeners = new Set<StateListener>();
  readonly #readyListeners = new Set<() => void>();
  readonly #stuckListeners = new Set<() => void>();
  readonly #companions: RunCompanions;
  readonly #child: ProcessChild;
  /** From the first step of a start until its stop is asked for or it ends. */
  #run = new AbortController();
  #history: RunHistory;
  #timer: Timer | undefined;
  #report: Timer | undefined;

  constructor(config: ProcessConfig, streams: ProcessStreams, deps: ManagedProcessDeps, past: ProcessPast = {}) {
    const { socket, left } = past;
    this.config = config;
    this.streams = streams;
    this.#deps = deps;
    this.#history = left?.history ?? NO_HISTORY;
    this.#machine = new StateMachine<ProcessState, ProcessEvent, ProcessEffect>({
      initial: left?.state ?? { name: "STOPPED" },
      next: (state, event) => next(state, event, config),
      perform: (effect) => this.#perform(effect),
    });
    streams.onEnd(() => this.#child.hint());
    this.#child = new ProcessChild({ config, streams, socket, onExit: this.#exited }, deps);
    this.#companions = new RunCompanions(deps.companionsOf(this), () => {
      for (const listener of [...this.#stuckListeners]) listener();
    });
  }

  get state(): ProcessState {
    return this.#machine.state;
  }

  get history(): RunHistory {
    return this.#history;
  }

  /** It runs and, if there is a check that tells, does its work. */
  get isReady(): boolean {
    const { state } = this;
    return state.name === "RUNNING" && (state.ready === true || this.config.extras.readiness === undefined);
  }

  /** For people: what a process in STARTING waits for before it is started; empty when for nothing. */
  get waitsFor(): string {
    return this.#companions.waitsFor;
  }

  /** What it waits for before it is started does not come unless somebody does something. */
  get isStuck(): boolean {
    return this.#companions.isStuck;
  }

  /** Begins to start it; a process that runs, or is on its way to, stays as it is. */
  start(): void {
    this.#companions.startAsked();
    this.#machine.send({ kind: "start", at: this.#deps.clock.monotonic() });
  }

  /** Begins to stop it. */
  stop(): void {
    this.#machine.send({ kind: "stop" });
    if (this.state.name === "STOPPING") this.#child.markStopping(this.#stopWish());
  }

  /** The daemon ends: waits for no other try. */
  giveUp(): void {
    this.#machine.send({ kind: "give-up" });
  }

  /** Its readiness check has succeeded. */
  markReady(): void {
    this.#machine.send({ kind: "ready" });
  }

  /** Stops it and tries again. */
  failCheck(failed: FailedCheck): void {
    this.#machine.send({ kind: "check-failed", ...failed });
  }

  /** Takes over a child of an earlier daemon, before anything else was done with this process. */
  adopt(survivor: Survivor, plan: AdoptionPlan): void {
    const { clock } = this.#deps;
    const { record, process } = survivor;
    this.#child.takeOver(survivor);
    this.#history = { ...this.#history, startedAt: record.startedAt, starts: Math.max(1, this.#history.starts) };
    const at = clock.monotonic() - Math.max(0, clock.now() - record.startedAt);
    const fate = plan.kind === "keep" ? "keep" : plan.thenStart ? "restart" : "stop";
    this.#machine.send({ kind: "adopted", pid: process.pid, at, fate });
    this.#accompany();
  }

  /** @returns why it could not be sent */
  signal(signal: SignalName): string | undefined {
    const pid = pidOf(this.state);
    return pid === undefined ? undefined : this.#child.signal({ pid, group: false }, signal);
  }

  /** Calls `listener` with every state that is entered, if only in passing. @returns how to end that */
  onState(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls `listener` whenever its readiness check succeeds. @returns how to end that */
  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener);
    return () => void this.#readyListeners.delete(listener);
  }

  /** Calls `listener` whenever it turns out to be stuck. @returns how to end that */
  onStuck(listener: () => void): () => void {
    this.#stuckListeners.add(listener);
    return () => void this.#stuckListeners.delete(listener);
  }

  /** Resolves when what is done after its last run is done. */
  settled(): Promise<void> {
    return this.#companions.settled();
  }

  /** @returns whether anybody reads it */
  writeStdin(bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    return this.#deps.children.writePipe(this.streams.pipes.stdin, bytes, signal);
  }

  /** Watches over it no longer, and leaves it as it is. */
  letGo(): void {
    this.#timer?.cancel();
    this.#report?.cancel();
    this.#child.letGo();
    this.#run.abort();
    this.streams.close();
  }

  /** For a process that is stopped and will not be started again. */
  remove(): void {
    this.letGo();
    this.streams.remove();
  }

  #perform(effect: ProcessEffect): void {
    switch (effect.kind) {
      case "spawn":
        this.#run = new AbortController();
        void this.#spawn(this.#run.signal, effect.asked);
        return;
      case "start-anew":
        this.start();
        return;
      case "call-off":
        this.#run.abort();
        return;
      case "ready":
        for (const listener of [...this.#readyListeners]) listener();
        return;
      case "signal":
        this.#kill(effect.pid, effect.signal, effect.group);
        return;
      case "timer":
        this.#setTimer(effect.ms);
        return;
      case "entered":
        this.#entered(effect);
        return;
      case "exit-status":
        this.#history = { ...this.#history, exitStatus: effect.status };
        return;
      case "log":
        this.#deps.log.write(effect.level, effect.message);
        return;
    }
  }

  async #spawn(signal: AbortSignal, asked: boolean): Promise<void> {
    const admitted = await this.#companions.admit(signal);
    const started = admitted.ok ? await this.#makeChild(signal, asked) : admitted;
    if (!started.ok) {
      if (signal.aborted) return this.#machine.send({ kind: "called-off" });
      const { clock, mayRestart } = this.#deps;
      const at = clock.monotonic();
      this.#machine.send({ kind: "spawn-failed", reason: started.problem, at, mayRestart: mayRestart() });
      return;
    }
    this.#history = { ...this.#history, starts: this.#history.starts + 1 };
    this.#machine.send({ kind: "spawned", pid: started.value, at: this.#deps.clock.monotonic() });
    this.#accompany();
  }

  /** One that comes back by itself does not wait for others. */
  async #makeChild(signal: AbortSignal, asked: boolean): Promise<Result<number, string>> {
    const make = async () => (signal.aborted ? fail("called off") : this.#startChild());
    return asked ? this.#deps.startOrder.inTurn(make) : make();
  }

  #startChild(): Promise<Result<number, string>> {
    this.#history = { ...this.#history, startedAt: this.#deps.clock.now(), exitStatus: undefined };
    return this.#child.make();
  }

  #accompany(): void {
    const { signal } = this.#run;
    if (signal.aborted || pidOf(this.state) === undefined) return;
    this.#companions.accompany(signal);
  }

  readonly #exited = (exit: ChildExit): void => {
    const { clock, mayRestart } = this.#deps;
    this.#history = { ...this.#history, stoppedAt: clock.now(), lastExit: exit };
    this.#companions.ended();
    this.#machine.send({ kind: "exited", exit, at: clock.monotonic(), mayRestart: mayRestart() });
  };

  #kill(pid: number, signal: SignalName, group: boolean): void {
    const { log } = this.#deps;
    const whom = `${this.config.name} (pid ${pid})${group ? " process group" : ""}`;
    if (log.isWritten("DEBG")) log.write("DEBG", `killing ${whom} with signal ${signal}`);
    const problem = this.#child.signal({ pid, group }, signal);
    if (problem !== undefined) {
      const reason = `unknown problem killing ${this.config.name} (${pid}): ${problem}`;
      this.#machine.send({ kind: "signal-failed", reason });
    }
  }

  #setTimer(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.after(ms, () => {
      const at = this.#deps.clock.monotonic();
      // A dead child whose end was not told yet must not be called RUNNING.
      if (this.state.name === "STARTING" && !this.#child.isAlive) return;
      this.#machine.send({ kind: "timer", at });
    });
  }

  #entered({ from, to, pid, tries, expected }: { from: StateName; to: StateName } & RunFacts): void {
    this.#timer?.cancel();
    this.#report?.cancel();
    if (to !== "STARTING" && to !== "RUNNING") this.#run.abort();
    if (to === "STOPPING") {
      this.#child.markStopping(this.#stopWish());
      this.#reportWaiting();
    }
    for (const listener of [...this.#listeners]) listener(to, from);
    const { name: process, group } = this.config;
    this.#deps.events.publish({ kind: "process-state", process, group, from, to, pid, tries, expected });
  }

  #stopWish(): StopWish {
    if (!this.#deps.mayRestart()) return "autostart";
    return isRunning(this.state) ? "start-again" : "stay-stopped";
  }

  #reportWaiting(): void {
    this.#report = this.#deps.clock.after(WAITING_REPORT_MS, () => {
      this.#deps.log.write("INFO", `waiting for ${this.config.name} to stop`);
      if (!isStopped(this.state)) this.#reportWaiting();
    });
  }
}

const WAITING_REPORT_MS = 2000;
