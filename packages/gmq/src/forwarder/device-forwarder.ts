import { type Lane, type Priority, priorityOfLane } from "../spool/lane.ts";
import type { MessageKind } from "../spool/message.ts";
import { LaneForwarder, type LaneForwarderDeps } from "./lane-forwarder.ts";
import { Precedence } from "./precedence.ts";
import { Rest } from "./rest.ts";

export type DeviceForwarderDeps = Omit<LaneForwarderDeps, "gate" | "precedence" | "rest"> & {
  readonly gates: Readonly<Record<Priority, LaneForwarderDeps["gate"]>>;
};

/**
 * Empties one device's queue into one upstream. Each lane has its own batch on the way, since the server tells repeats by
 * lane: so an urgent message need not wait until an earlier one that is not urgent was answered.
 */
export class DeviceForwarder {
  readonly #deps: DeviceForwarderDeps;
  readonly #signal: AbortSignal;
  readonly #precedence = new Precedence();
  readonly #rest: Rest;
  readonly #lanes = new Map<Lane, LaneForwarder>();

  /** @param signal ends all work */
  constructor(deps: DeviceForwarderDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
    this.#rest = new Rest(deps.clock);
  }

  /** A message of this lane is on disk. */
  queued(lane: Lane, messageKind: MessageKind): void {
    this.#laneForwarder(lane).queued(messageKind);
  }

  /** Sends now what waits for company or for its next try. */
  drain(): void {
    for (const each of this.#lanes.values()) each.drain();
  }

  configChanged(): void {
    for (const lane of this.#lanes.values()) lane.configChanged();
  }

  #laneForwarder(lane: Lane): LaneForwarder {
    const known = this.#lanes.get(lane);
    if (known !== undefined) return known;
    const { gates, config } = this.#deps;
    const priority = priorityOfLane(lane);
    const made = new LaneForwarder(
      lane,
      {
        ...this.#deps,
        gate: gates[priority],
        precedence: this.#precedence,
        rest: this.#rest,
        config: priority === "high" ? () => ({ ...config(), batchRecordPeriodMs: 0 }) : config,
      },
      this.#signal,
    );
    this.#lanes.set(lane, made);
    return made;
  }
}
