import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { Logger } from "@gateway-engine/core/logger";
import type { InterfaceTotalsAnswer, TrafficAnswer, TrafficQuery } from "@gateway-engine/protocol/local-control";
import type { UsageReport } from "@gateway-engine/protocol/reports";
import { interfaceClass } from "./interface-class.ts";
import type { CounterState } from "./interface-counters.ts";
import { type InterfaceMeterDeps, readCounters, readDefaultInterface } from "./interface-meter.ts";
import type { TrafficBook } from "./traffic-book.ts";
import type { TrafficEntry, TrafficRecorder } from "./traffic-entry.ts";
import { grouped } from "./traffic-question.ts";
import { usageReport } from "./usage-report.ts";

export interface GatewayTrafficDeps extends InterfaceMeterDeps {
  readonly files: Pick<Files, "readText" | "stat">;
  readonly book: TrafficBook;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The traffic of this gateway: keeps the book, and answers from it. */
export class GatewayTraffic implements TrafficRecorder {
  readonly #deps: GatewayTrafficDeps;
  #defaultInterface: string | undefined;
  #trouble = "";

  constructor(deps: GatewayTrafficDeps) {
    this.#deps = deps;
  }

  record(entry: TrafficEntry): void {
    this.#deps.book.record(entry);
  }

  /** Looks where the default route leads. */
  async lookAtRoutes(): Promise<void> {
    this.#defaultInterface = await readDefaultInterface(this.#deps);
  }

  /** The interface that requests to `server` leave by, as of the last look; empty when unknown. */
  towards(server: string): string {
    return isThisMachine(server) ? "lo" : (this.#defaultInterface ?? "");
  }

  /** Reads the counters and writes the book once a minute, until `signal` aborts; then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { clock, book } = this.#deps;
    for (;;) {
      await this.#look();
      book.flush();
      await clock.sleep(FLUSH_EVERY_MS, signal);
    }
  }

  /** @param server the server's address */
  async report(server: string): Promise<UsageReport> {
    const counters = await this.#read();
    return usageReport(counters, this.#deps.book.everything(), this.towards(server));
  }

  async answer({ by, days }: TrafficQuery): Promise<TrafficAnswer> {
    const { interfaces: states } = await this.#read();
    const interfaces = await Promise.all(
      states.map(async ({ name, sinceBoot, sinceMidnight, ever }): Promise<InterfaceTotalsAnswer> => {
        return { name, class: await interfaceClass(this.#deps, name), sinceBoot, sinceMidnight, ever };
      }),
    );
    const classes = new Map(interfaces.map((totals) => [totals.name, totals.class]));
    const { since, parties } = this.#deps.book.lastDays(days);
    return { by, days, since, rows: grouped(parties, by, classes), interfaces };
  }

  close(): void {
    this.#deps.book.close();
  }

  async #read(): Promise<CounterState> {
    await this.lookAtRoutes();
    return this.#deps.book.readInterfaces(await readCounters(this.#deps));
  }

  /** The same trouble is told once. */
  async #look(): Promise<void> {
    try {
      await this.#read();
      this.#trouble = "";
    } catch (error) {
      const trouble = `the interfaces' counters cannot be read: ${describeError(error)}`;
      if (trouble !== this.#trouble) this.#deps.log.warn(trouble);
      this.#trouble = trouble;
    }
  }
}

/** What a power cut may cost. */
const FLUSH_EVERY_MS = 60_000;

function isThisMachine(server: string): boolean {
  if (!URL.canParse(server)) return false;
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(server).hostname);
}
