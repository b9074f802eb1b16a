import type { Clock, Timestamp } from "@gateway-engine/core/clock";
import { describeError, StorageError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import { advance, type CounterReading, type CounterState } from "./interface-counters.ts";
import { PendingTraffic } from "./pending-traffic.ts";
import { SPANS } from "./spans.ts";
import { type TrafficEntry, type TrafficRecorder, WHOLE_INTERFACE } from "./traffic-entry.ts";
import type { PartyTotals, TrafficStore } from "./traffic-store.ts";

export type { TrafficEntry, TrafficRecorder };

export interface TrafficBookDeps {
  readonly clock: Pick<Clock, "now">;
  readonly open: () => OpenTrafficStore;
  /** Moves the file away, for whoever wants to look at it. */
  readonly setAside: () => void;
  readonly log: Logger;
}

export interface OpenTrafficStore {
  readonly store: TrafficStore;
  /** Whether the file still lies at its place. */
  readonly isInPlace: () => boolean;
}

export interface TrafficOfDays {
  /** Milliseconds since 1970. */
  readonly since: Timestamp;
  /** One may stand there twice, while some of it is still in memory. */
  readonly parties: readonly PartyTotals[];
}

/**
 * What was sent and received on this gateway, by application, purpose and interface, and when.
 *
 * It is never in anybody's way: what cannot be written now stays in memory, and a file that is lost or cannot be read is begun anew.
 */
export class TrafficBook implements TrafficRecorder {
  readonly #deps: TrafficBookDeps;
  readonly #pending = new PendingTraffic();
  #open: OpenTrafficStore | undefined;
  #counters: CounterState | undefined;
  #trouble = "";

  /** Opens nothing yet. */
  constructor(deps: TrafficBookDeps) {
    this.#deps = deps;
  }

  record(entry: TrafficEntry): void {
    this.#pending.add(this.#deps.clock.now(), entry);
  }

  /** Takes a reading of the interfaces' counters. What passed loopback costs nothing, and is not summed by time. */
  readInterfaces(reading: CounterReading): CounterState {
    const before = this.#counters ?? this.#guarded(() => this.#opened().counters() ?? "none");
    // What the book says of earlier is not known: this reading can only be shown.
    if (before === undefined) return advance(undefined, reading).state;
    const { state, passed } = advance(before === "none" ? undefined : before, reading);
    this.#counters = state;
    for (const [name, { received, sent }] of passed) {
      if (name === "lo" || received + sent === 0) continue;
      const bytes = { received, sent, wireReceived: received, wireSent: sent };
      this.record({ application: WHOLE_INTERFACE, purpose: "", interface: name, requests: 0, exact: true, ...bytes });
    }
    return state;
  }

  /** Writes down what is in memory, in one transaction. */
  flush(): void {
    if (this.#pending.size === 0) return;
    this.#guarded(() => {
      this.#opened().add(this.#pending.rows(), this.#counters);
      this.#pending.clear();
    });
  }

  /** What was sent and received today and on the days before it, in UTC; together `days` of them. */
  lastDays(days: number): TrafficOfDays {
    const today = startOfDay(this.#deps.clock.now());
    const first = today - (days - 1) * SPANS.day;
    const written = this.#guarded(() => this.#opened().totals(first, today)) ?? [];
    const pending = this.#pending.rows().filter(({ start }) => start >= first && start < today + SPANS.day);
    return { since: first * 1000, parties: [...written, ...pending] };
  }

  /** Everything since the book was begun. A party stands there twice while some of it is still in memory. */
  everything(): readonly PartyTotals[] {
    return [...(this.#guarded(() => this.#opened().parties()) ?? []), ...this.#pending.rows()];
  }

  /** Writes down what is in memory, and ends. */
  close(): void {
    this.flush();
    this.#abandon();
  }

  /** @returns undefined when it failed; what is in memory stays there */
  #guarded<Value>(work: () => Value): Value | undefined {
    try {
      const value = this.#mending(work);
      this.#trouble = "";
      return value;
    } catch (error) {
      this.#tell(`traffic stays in memory for now: ${describeError(error)}`);
      return undefined;
    }
  }

  #mending<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      if (!isBroken(error)) throw error;
      this.#deps.log.warn(`the traffic book is put aside and begun anew: ${describeError(error)}`);
      this.#abandon();
      this.#deps.setAside();
      return work();
    }
  }

  #opened(): TrafficStore {
    if (this.#open?.isInPlace() === false) {
      this.#deps.log.warn("the traffic book was removed, and is begun anew");
      this.#abandon();
    }
    this.#open ??= this.#deps.open();
    return this.#open.store;
  }

  #abandon(): void {
    const open = this.#open;
    this.#open = undefined;
    try {
      open?.store.close();
    } catch {
      return;
    }
  }

  /** The same trouble is told once. */
  #tell(message: string): void {
    if (message !== this.#trouble) this.#deps.log.warn(message);
    this.#trouble = message;
  }
}

/** What SQLite says of a file that is no database of ours, or no longer. */
function isBroken(error: unknown): boolean {
  const isOfTheFile = error instanceof StorageError && error.code === "E_DATABASE";
  return isOfTheFile && /malformed|not a database|no such (table|column)|already exists/.test(error.message);
}

/** Seconds since 1970. */
function startOfDay(at: number): number {
  const seconds = Math.floor(at / 1000);
  return seconds - (seconds % SPANS.day);
}
