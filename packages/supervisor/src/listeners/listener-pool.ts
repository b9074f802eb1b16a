/** The listeners of one `[eventlistener:x]`: each event goes to one of them, and waits while none is free. */
import type { Clock } from "@gateway-engine/core/clock";
import type { ListenersRole } from "../config/model.ts";
import type { EventBus } from "../events/event-bus.ts";
import { eventsOf } from "../events/event-names.ts";
import { deliveryText } from "../events/event-text.ts";
import type { SupervisorEvent } from "../events/events.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";
import { EventQueue, type QueuedEvent } from "./event-queue.ts";
import type { EventSerials } from "./event-serials.ts";
import { Listener } from "./listener.ts";

export interface ListenerPoolDeps {
  readonly events: EventBus;
  readonly serials: EventSerials;
  readonly log: DaemonLog;
  readonly clock: Clock;
  /** Of the daemon. */
  readonly identifier: () => string;
}

export class ListenerPool {
  readonly #name: string;
  readonly #deps: ListenerPoolDeps;
  readonly #most: number;
  readonly #queue: EventQueue;
  readonly #listeners: Listener[] = [];
  readonly #unsubscribe: () => void;
  #nextSerial = 0;

  constructor(name: string, { events, bufferSize }: ListenersRole, deps: ListenerPoolDeps) {
    this.#name = name;
    this.#deps = deps;
    this.#most = bufferSize;
    this.#queue = new EventQueue(bufferSize);
    this.#unsubscribe = deps.events.subscribe(eventsOf(events), this.#receive);
  }

  /** Those that came first are served first. */
  addListener(name: string): Listener {
    const listener = new Listener(name, {
      log: this.#deps.log,
      clock: this.#deps.clock,
      onFree: this.#deliver,
      onRejected: this.#takeBack,
    });
    this.#listeners.push(listener);
    return listener;
  }

  /** Nobody is told anything any more; what waits is forgotten. */
  close(): void {
    this.#unsubscribe();
    for (const listener of this.#listeners) listener.close();
  }

  readonly #receive = (event: SupervisorEvent): void => {
    const poolSerial = this.#nextSerial;
    this.#nextSerial += 1;
    this.#reportDropped(this.#queue.add({ event, serial: this.#deps.serials.of(event), poolSerial }));
    this.#deliver();
  };

  readonly #takeBack = (event: QueuedEvent): void => {
    const { log } = this.#deps;
    if (log.isWritten("DEBG")) {
      const sizes = `buf size=${this.#queue.length}, max=${this.#most}`;
      log.write("DEBG", `rebuffering event ${event.serial} for pool ${this.#name} (${sizes})`);
    }
    this.#reportDropped(this.#queue.putBack(event));
    this.#deliver();
  };

  readonly #deliver = (): void => {
    for (const listener of this.#listeners) {
      if (!listener.isFree) continue;
      const next = this.#queue.take();
      if (next === undefined) return;
      listener.tell(next, deliveryText({ ...next, pool: this.#name, identifier: this.#deps.identifier() }));
    }
  };

  #reportDropped(event: QueuedEvent | undefined): void {
    if (event === undefined) return;
    const message = `pool ${this.#name} event buffer overflowed, discarding event ${event.serial}`;
    this.#deps.log.write("ERRO", message);
  }
}
