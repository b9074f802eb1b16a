/**
 * Takes what applications have spent through the queue into the traffic book, once a minute.
 *
 * @see docs/reference/queue-traffic.md
 */
import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Logger } from "@gateway-engine/core/logger";
import type { QueueTrafficAnswer } from "@gateway-engine/protocol/local-control";
import type { TrafficRecorder } from "@gateway-engine/telemetry/traffic/traffic-book";
import { type QueueSpending, spentSince } from "./queue-spending.ts";

export interface QueueTrafficDeps {
  /** The queue's counters; undefined: it has none. @throws TransportError when it does not answer */
  readonly ask: (signal: AbortSignal) => Promise<QueueTrafficAnswer | undefined>;
  readonly book: TrafficRecorder;
  /** The interface that the queue's requests leave by; empty when unknown. */
  readonly interface: () => string;
  readonly onTheWire: (exchange: Exchange) => Pick<Exchange, "received" | "sent">;
  readonly files: Pick<Files, "readText" | "writeAtomic">;
  /** Where the last reading is kept, so that an engine that is started again goes on from there. */
  readonly file: string;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Logger;
}

/** TCP payload of one exchange, and the connections that were opened for it. */
interface Exchange {
  readonly received: number;
  readonly sent: number;
  readonly connections: number;
}

const READ_EVERY_MS = 60_000;

export class QueueTraffic {
  readonly #deps: QueueTrafficDeps;
  #last: QueueTrafficAnswer | undefined;

  constructor(deps: QueueTrafficDeps) {
    this.#deps = deps;
  }

  /** Until `signal` aborts; then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    for (;;) {
      await this.read(signal).catch((error: unknown) => {
        signal.throwIfAborted();
        this.#deps.log.debug(`what the queue has sent is read later: ${describeError(error)}`);
      });
      await this.#deps.clock.sleep(READ_EVERY_MS, signal);
    }
  }

  /** @throws what kept the queue from answering, or the reading from being kept */
  async read(signal: AbortSignal): Promise<void> {
    const { ask, book, files, file } = this.#deps;
    const now = await ask(signal);
    if (now === undefined) return;
    const spent = spentSince(this.#last ?? (await this.#kept()), now);
    // Kept first: a crash in between must not count anything twice.
    if (spent.length > 0) await files.writeAtomic(file, `${JSON.stringify(now)}\n`, 0o600);
    this.#last = now;
    for (const spending of spent) book.record(this.#entry(spending));
  }

  async #kept(): Promise<QueueTrafficAnswer | undefined> {
    const text = await this.#deps.files.readText(this.#deps.file);
    return text === undefined ? undefined : parseReading(text);
  }

  #entry(spending: QueueSpending): Parameters<TrafficRecorder["record"]>[0] {
    const { device, purpose, requests, sent, received } = spending;
    // Small requests fill no packet: each counts as one of the average size.
    const wire = this.#deps.onTheWire({ received: received / requests, sent: sent / requests, connections: 0 });
    return {
      application: purpose === "timestamp" ? "gmq" : device,
      purpose,
      interface: this.#deps.interface(),
      requests,
      received,
      sent,
      wireReceived: Math.round(wire.received * requests),
      wireSent: Math.round(wire.sent * requests),
      exact: true,
    };
  }
}

/** Our own file, unless somebody has changed it. */
function parseReading(text: string): QueueTrafficAnswer | undefined {
  try {
    const reading = JSON.parse(text) as Partial<QueueTrafficAnswer> | null;
    return Array.isArray(reading?.devices) ? (reading as QueueTrafficAnswer) : undefined;
  } catch {
    return undefined;
  }
}
