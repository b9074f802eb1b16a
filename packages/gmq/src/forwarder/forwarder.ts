/**
 * Empties the queue into the upstreams. A map of this folder, from the outside in:
 *
 *     forwarder            all upstreams
 *     upstream-forwarder   one upstream: its devices, and how many send at once (gate)
 *     device-forwarder     one device: its lanes, who goes first (precedence), pauses that the server asked for (rest)
 *     lane-forwarder       one lane: carries out what the state machine asks for (lane-reader, progress-writer)
 *     transition           the state machine (lane-state, steps, after-answer), pure
 *     batch                what is sent, and what became of it: record-body, taken, outcome, conflicts, moves
 *     sender               what ../line implements, over HTTP and MQTT
 *
 * A message goes: queued -> load -> obtain-cik -> send -> store, and then the next batch.
 */
import type { Lane } from "../spool/lane.ts";
import type { MessageKind } from "../spool/message.ts";
import { type Upstream, UpstreamForwarder, type UpstreamForwarderDeps } from "./upstream-forwarder.ts";

/** Empties the queue into all upstreams; none waits for another. */
export class Forwarder {
  readonly #deps: UpstreamForwarderDeps;
  #upstreams: ReadonlyMap<string, UpstreamForwarder> = new Map();

  constructor(deps: UpstreamForwarderDeps) {
    this.#deps = deps;
  }

  /** Begins, or begins again, with these upstreams. */
  async start(upstreams: readonly Upstream[]): Promise<void> {
    this.stop();
    const { log } = this.#deps;
    const several = upstreams.length > 1;
    this.#upstreams = new Map(
      upstreams.map((upstream) => {
        const deps = several ? { ...this.#deps, log: log.named(upstream.name) } : this.#deps;
        return [upstream.name, new UpstreamForwarder(upstream, deps)];
      }),
    );
    await Promise.all([...this.#upstreams.values()].map((upstream) => upstream.start()));
  }

  /** A message of this lane is on disk. */
  queued(lane: Lane, messageKind: MessageKind): void {
    for (const upstream of this.#upstreams.values()) upstream.queued(lane, messageKind);
  }

  /** Why data waits for an upstream; undefined: it does not, as far as is known. */
  problemOf(upstream: string): string | undefined {
    return this.#upstreams.get(upstream)?.problem;
  }

  /** Sends now what waits for company or for its next try. */
  drain(): void {
    for (const each of this.#upstreams.values()) each.drain();
  }

  configChanged(): void {
    for (const upstream of this.#upstreams.values()) upstream.configChanged();
  }

  /** Ends at once: what was not acknowledged is still on disk, and is sent again by the next run. */
  stop(): void {
    for (const upstream of this.#upstreams.values()) upstream.stop();
  }
}
