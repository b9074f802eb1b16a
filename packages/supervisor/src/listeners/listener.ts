/** One event listener: what it has said, and the event that it was sent. */
import type { Clock, Timer } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { DaemonLog } from "../logs/daemon-log.ts";
import { type OutputSink, plainSink } from "../logs/output-sink.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { type ProcessState, pidOf, type StateName } from "../process/state.ts";
import type { QueuedEvent } from "./event-queue.ts";
import { type ListenerEffect, type ListenerEvent, type ListenerState, next, SILENT } from "./protocol.ts";

/** As much of a process as a listener is. */
export type ListenerProcess = Pick<ManagedProcess, "onState" | "writeStdin"> & { readonly state: ProcessState };

export interface ListenerDeps {
  readonly clock: Pick<Clock, "after">;
  readonly log: DaemonLog;
  /** It may be sent an event now. */
  readonly onFree: () => void;
  /** It did not accept an event, or ended with it. */
  readonly onRejected: (event: QueuedEvent) => void;
}

export class Listener {
  readonly name: string;
  /** Where its standard output goes. */
  readonly channel: OutputSink;
  readonly #deps: ListenerDeps;
  #state: ListenerState = SILENT;
  #process: ListenerProcess | undefined;
  #event: QueuedEvent | undefined;
  /** Set for a while after an event that it rejected: it would be told the same again, and so on without a pause. */
  #rest: Timer | undefined;
  /** Ends with the run that the event was sent to. */
  #sending = new AbortController();

  constructor(name: string, deps: ListenerDeps) {
    this.name = name;
    this.#deps = deps;
    this.channel = plainSink((chunk) =>
      this.#send({ kind: "said", text: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString("latin1") }),
    );
  }

  /** Before its process does anything. */
  connect(process: ListenerProcess): void {
    this.#process = process;
    process.onState((to) => this.#entered(to));
  }

  /** Whether it may be sent an event. */
  get isFree(): boolean {
    return this.#state.name === "READY" && this.#rest === undefined && this.#process?.state.name === "RUNNING";
  }

  /** @param text what is written to its standard input; how long that takes is the listener's affair */
  tell(event: QueuedEvent, text: string): void {
    if (this.#process === undefined) return;
    this.#event = event;
    this.#send({ kind: "sent" });
    const { signal } = this.#sending;
    void this.#process.writeStdin(Buffer.from(text), signal).then(
      (isRead) => {
        if (!isRead && !signal.aborted) this.#cutOff("nobody reads its standard input");
      },
      (error: unknown) => {
        if (!signal.aborted) this.#cutOff(describeError(error));
      },
    );
    this.#debug(() => `event ${event.serial} sent to listener ${this.name}`);
  }

  /** Nothing more is sent to it. */
  close(): void {
    this.#sending.abort();
    this.#endRest();
  }

  #entered(to: StateName): void {
    const isOver = this.#process === undefined || pidOf(this.#process.state) === undefined;
    if (isOver) this.#endRun();
    if (to === "STARTING") this.#state = next(this.#state, { kind: "started" }).state;
    if (to === "RUNNING" && this.isFree) this.#deps.onFree();
  }

  #endRun(): void {
    this.#sending.abort();
    this.#sending = new AbortController();
    this.#endRest();
    this.#state = SILENT;
    this.#reject();
  }

  #reject(): void {
    const event = this.#event;
    this.#event = undefined;
    if (event !== undefined) this.#deps.onRejected(event);
  }

  #cutOff(why: string): void {
    this.#deps.log.write("WARN", `${this.name}: event ${this.#event?.serial} could not be sent: ${why}`);
    this.#goTo(SILENT);
    this.#reject();
  }

  #send(event: ListenerEvent): void {
    const step = next(this.#state, event);
    for (const effect of step.effects) this.#perform(effect);
    this.#goTo(step.state);
    if (event.kind === "said" && this.isFree) this.#deps.onFree();
  }

  #goTo(state: ListenerState): void {
    const before = this.#state.name;
    this.#state = state;
    if (state.name === before) return;
    this.#debug(() => `${this.name}: ${before} -> ${state.name}`);
    if (state.name !== "UNKNOWN") return;
    const why = "this usually indicates the process violated the eventlistener protocol";
    const message = `has entered the UNKNOWN state and will no longer receive events, ${why}`;
    this.#deps.log.write("WARN", `${this.name}: ${message}`);
  }

  #perform(effect: ListenerEffect): void {
    if (effect.kind === "misunderstood") {
      const line = Buffer.from(effect.line, "latin1").toString("utf8");
      this.#deps.log.write("WARN", `${this.name}: bad result line: '${line}'`);
      this.#reject();
    } else if (effect.accepted) {
      this.#debug(() => `${this.name}: event was processed`);
      this.#event = undefined;
    } else {
      this.#deps.log.write("WARN", `${this.name}: event was rejected`);
      this.#beginRest();
      this.#reject();
    }
  }

  #beginRest(): void {
    this.#endRest();
    this.#rest = this.#deps.clock.after(REST_MS, () => {
      this.#rest = undefined;
      if (this.isFree) this.#deps.onFree();
    });
  }

  #endRest(): void {
    this.#rest?.cancel();
    this.#rest = undefined;
  }

  #debug(message: () => string): void {
    if (this.#deps.log.isWritten("DEBG")) this.#deps.log.write("DEBG", message());
  }
}

const REST_MS = 1000;
