import { join } from "node:path";
import type { Clock } from "@gateway-engine/core/clock";
import type { Files } from "@gateway-engine/core/files";
import type { QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import type { SupervisorClient } from "@gateway-engine/supervisor/client";
import { type EngineReading, engineMetrics } from "@gateway-engine/telemetry/metrics/engine-metrics";
import type { MetricFamily } from "@gateway-engine/telemetry/metrics/family";
import { type MachineMetricsDeps, readMachineMetrics } from "@gateway-engine/telemetry/metrics/machine-metrics";
import { programMetrics } from "@gateway-engine/telemetry/metrics/program-metrics";
import { queueMetrics } from "@gateway-engine/telemetry/metrics/queue-metrics";
import { withDeadline } from "../deadline.ts";

export interface MetricsReaderDeps extends MachineMetricsDeps {
  readonly files: Pick<Files, "readText" | "list" | "stat">;
  readonly clock: Clock;
  readonly engine: () => Promise<EngineReading>;
  readonly supervisor: Pick<SupervisorClient, "getAllProcessInfo">;
  readonly queue: {
    /** @throws TransportError when it does not answer */
    status(signal: AbortSignal): Promise<QueueStatusAnswer>;
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
    const { engine, supervisor, queue } = this.#deps;
    const [own, processes, status, bytes, machine] = await Promise.all([
      engine(),
      this.#answer("the supervisor", signal, (until) => supervisor.getAllProcessInfo(until)),
      this.#answer("the queue", signal, (until) => queue.status(until)),
      folderBytes(this.#deps.files, queue.folder),
      readMachineMetrics(this.#deps),
    ]);
    return [...engineMetrics(own), ...programMetrics(processes), ...queueMetrics(status, bytes), ...machine];
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
