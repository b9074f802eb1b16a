import { describeError } from "@gateway-engine/core/errors";
import { isLoopback } from "@gateway-engine/core/local-name";
import { type RetrySchedule, retryDelayMs } from "@gateway-engine/core/retry";
import { type ListenAddress, listenHttp, type RequestHandler } from "@gateway-engine/platform/http-server";
import { aborted } from "@gateway-engine/platform/signals";
import type { MetricsConfig } from "@gateway-engine/protocol/metrics-config";
import { BroughtMetrics } from "@gateway-engine/telemetry/metrics/brought-metrics";
import { answerMetrics, type DoorRights } from "./metrics-door.ts";
import { MetricsReader, type MetricsReaderDeps } from "./metrics-reader.ts";
import { OtlpSender, type OtlpSenderDeps } from "./otlp-sender.ts";

export interface MetricsServiceDeps extends MetricsReaderDeps, Omit<OtlpSenderDeps, "read" | "every"> {
  readonly config: MetricsConfig;
  /** Of the socket that applications bring their metrics over. */
  readonly socketPath: string;
}

/** Serves, takes and sends metrics, as the section `[metrics]` says. */
export class MetricsService {
  readonly #deps: MetricsServiceDeps;
  readonly #brought: BroughtMetrics;
  readonly #reader: MetricsReader;

  constructor(deps: MetricsServiceDeps) {
    const { files, clock, config } = deps;
    this.#deps = deps;
    this.#brought = new BroughtMetrics({ files, clock, textFolder: config.textFolder });
    this.#reader = new MetricsReader(deps);
  }

  /** What is asked on the control socket. */
  answer(...[request, response]: Parameters<RequestHandler>): Promise<void> {
    return this.#answer({ reads: true, writes: true }, request, response);
  }

  /** Until `signal` aborts; then it rejects. */
  async run(signal: AbortSignal): Promise<never> {
    const { listen, socket, otlp, otlpEvery } = this.#deps.config;
    const parts: Promise<unknown>[] = [];
    if (listen !== undefined) {
      const isPrivate = isLoopback(listen.host);
      const where = `http://${listen.host.includes(":") ? `[${listen.host}]` : listen.host}:${listen.port}/metrics`;
      if (!isPrivate) this.#deps.log.warn(`anybody who reaches ${where} may read the metrics of this gateway`);
      const rights = { reads: true, writes: isPrivate, localNamesOnly: isPrivate };
      parts.push(this.#serve({ ...listen, option: "[metrics] listen" }, rights, signal));
    }
    if (socket) {
      const address = { socketPath: this.#deps.socketPath, mode: 0o666 };
      parts.push(this.#serve(address, { reads: false, writes: true }, signal));
    }
    if (otlp !== undefined) {
      const read = (until: AbortSignal) => this.#families(until);
      parts.push(new OtlpSender({ ...this.#deps, read, every: otlpEvery * 1000 }, otlp).run(signal));
    }
    await Promise.all(parts);
    throw signal.reason;
  }

  async #families(signal: AbortSignal) {
    return this.#brought.behind(await this.#reader.read(signal));
  }

  #answer(rights: DoorRights, ...[request, response]: Parameters<RequestHandler>): Promise<void> {
    const read = (signal: AbortSignal) => this.#families(signal);
    return answerMetrics({ brought: this.#brought, read, rights }, request, response);
  }

  /** An address that cannot be had must not end the engine: it is tried again. */
  async #serve(listen: ListenAddress, rights: DoorRights, signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#deps;
    const onError = (error: unknown) => log.warn(`metrics: ${describeError(error)}`);
    for (let failures = 1; ; failures += 1) {
      try {
        const handle: RequestHandler = (request, response) => this.#answer(rights, request, response);
        const server = await listenHttp({ listen, handle, onError, maxConnections: MAX_CONNECTIONS });
        const where = "socketPath" in listen ? listen.socketPath : `port ${server.port}`;
        log.info(rights.reads ? `metrics are served on ${where}` : `applications may bring metrics over ${where}`);
        await aborted(signal);
        return await server.stop(STOP_MS);
      } catch (error) {
        onError(error);
        await clock.sleep(retryDelayMs(LISTEN_RETRY, failures, random), signal);
      }
    }
  }
}

const MAX_CONNECTIONS = 50;
const STOP_MS = 200;
const LISTEN_RETRY: RetrySchedule = { firstMs: 2000, maxMs: 300_000 };
