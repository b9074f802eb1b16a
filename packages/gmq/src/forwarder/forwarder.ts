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
