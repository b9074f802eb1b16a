import { join } from "node:path";
import type { Clock } from "@gateway-engine/core/clock";
import type { QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import { type EngineReading, engineMetrics } from "@gateway-engine/telemetry/metrics/engine-metrics";
import type { MetricFamily } from "@gateway-engine/telemetry/metrics/family";
import { type MachineMetricsDeps, readMachineMetrics } from "@gateway-engine/telemetry/metrics/machine-metrics";
import { type ProgramReading, programMetrics } from "@gateway-engine/telemetry/metrics/program-metrics";
import { queueMetrics } from "@gateway-engine/telemetry/metrics/queue-metrics";
import { withDeadline } from "../deadline.ts";

export interface MetricsReaderDeps extends MachineMetricsDeps {
  readonly clock: Clock;
  readonly engine: () => Promise<EngineReading>;
  /** @throws GatewayEngineError when no supervisor answers */
  readonly programs: (signal: AbortSignal) => Promise<readonly ProgramReading[]>;
  readonly queue: {
    /** @throws TransportError when it does not answer */
    readonly status: (signal: AbortSignal) => Promise<QueueStatusAnswer>;
    /** The folder of its files. */
    readonly folder: string;
  };
}

/** Reads what the gateway itself has to tell. Somebody who does not answer is told of, not waited for. */
export class MetricsReader {
  readonly #deps: MetricsReaderDeps;

  constructor(deps: MetricsReaderDeps) {
    this.#deps = deps;
  }

  async read(signal: AbortSignal): Promise<readonly MetricFamily[]> {
    const { engine, programs, queue } = this.#deps;
    const [own, supervised, status, bytes, machine] = await Promise.all([
      engine(),
      this.#answer("the supervisor", signal, programs),
      this.#answer("the queue", signal, queue.status),
      folderBytes(this.#deps.files, queue.folder),
      readMachineMetrics(this.#deps),
    ]);
    return [...engineMetrics(own), ...programMetrics(supervised), ...queueMetrics(status, bytes), ...machine];
  }

  async #answer<Value>(
    who: string,
    signal: AbortSignal,
    ask: (until: AbortSignal) => Promise<Value>,
  ): Promise<Value | undefined> {
    try {
      return await withDeadline(this.#deps.clock, { what: who, ms: ANSWER_MS, signal }, ask);
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }
}

async function folderBytes(files: MetricsReaderDeps["files"], folder: string): Promise<number> {
  const stats = await Promise.all((await files.list(folder)).map((name) => files.stat(join(folder, name))));
  return stats.reduce((sum, stat) => sum + (stat?.size ?? 0), 0);
}

/** Prometheus waits 10 seconds for all of it. */
const ANSWER_MS = 3000;
