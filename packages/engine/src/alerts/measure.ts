/** Measures what alerts are raised about. What cannot be measured is left out, and stays as it was. */
import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { Machine } from "@gateway-engine/core/machine";
import type { AlertKind, AlertRules } from "@gateway-engine/protocol/alert-rules";
import type { Reading, Readings } from "@gateway-engine/telemetry/alerts/alert-book";
import { countHour, type HourlyCounts, hourReadings } from "@gateway-engine/telemetry/alerts/hourly-counts";
import { diskReadings, memoryReadings, temperatureReadings } from "@gateway-engine/telemetry/alerts/machine-readings";
import type { SystemFiles } from "@gateway-engine/telemetry/device/system-tree";

export interface MeasureDeps {
  readonly files: SystemFiles;
  readonly machine: Pick<Machine, "fileSystemUsage">;
  /** The folder that plays `/` for what is read below `/proc` and `/sys`. */
  readonly root: string;
  /** How often programs were started again, by name; rejects when no supervisor answers. */
  readonly restarts: (signal: AbortSignal) => Promise<ReadonlyMap<string, number>>;
  /** Messages that wait in the queue; rejects when none runs. */
  readonly queued: (signal: AbortSignal) => Promise<number>;
  /** The file `tls_cert` of Engine.config; empty: none. */
  readonly certificate: () => Promise<string>;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly log: Logger;
}

type Measure = (signal: AbortSignal) => Promise<readonly Reading[] | undefined>;

export class Measurements {
  readonly #deps: MeasureDeps;
  #restarts: HourlyCounts = new Map();

  constructor(deps: MeasureDeps) {
    this.#deps = deps;
  }

  /** Measures the kinds that are switched on. */
  async measure({ limits }: AlertRules, signal: AbortSignal): Promise<Readings> {
    const { files, machine, root } = this.#deps;
    const measures: Readonly<Record<AlertKind, Measure>> = {
      disk: () => diskReadings(files, root, machine),
      memory: () => memoryReadings(files, root),
      temperature: () => temperatureReadings(files, root),
      restarts: (until) => this.#restartsOf(until),
      queue: async (until) => [{ what: "queue", value: await this.#deps.queued(until) }],
      certificate: () => this.#certificate(),
    };
    const readings: Partial<Record<AlertKind, readonly Reading[]>> = {};
    // One after the other: nobody waits for them, and so they take the least memory.
    for (const kind of Object.keys(limits) as AlertKind[]) {
      const found = await this.#attempt(kind, measures[kind], signal);
      if (found !== undefined) readings[kind] = found;
    }
    return readings;
  }

  async #attempt(kind: AlertKind, measure: Measure, signal: AbortSignal) {
    try {
      return await measure(signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#deps.log.debug(`${kind} could not be measured: ${describeError(error)}`);
      return undefined;
    }
  }

  async #restartsOf(signal: AbortSignal): Promise<readonly Reading[]> {
    const { restarts, clock } = this.#deps;
    this.#restarts = countHour(this.#restarts, await restarts(signal), clock.monotonic());
    return hourReadings(this.#restarts);
  }

  async #certificate(): Promise<readonly Reading[] | undefined> {
    const { certificate, files, clock } = this.#deps;
    const path = await certificate();
    if (path === "") return [];
    const text = await files.readText(path);
    if (text === undefined) return undefined;
    const { daysLeft } = await import("@gateway-engine/telemetry/alerts/certificate-age");
    return [{ what: path, value: daysLeft(text, clock.now()) }];
  }
}
