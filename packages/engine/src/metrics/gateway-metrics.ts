import type { RequestHandler } from "@gateway-engine/platform/http-server";
import type { MetricsConfig } from "@gateway-engine/protocol/metrics-config";
import type { MetricsService, MetricsServiceDeps } from "./metrics-service.ts";

/** The gateway's metrics, whose code is loaded when somebody asks for them first. */
export class GatewayMetrics {
  readonly #deps: MetricsServiceDeps;
  #service: Promise<MetricsService> | undefined;

  constructor(deps: MetricsServiceDeps) {
    this.#deps = deps;
  }

  /** What has to run besides, until its signal aborts. */
  get loops(): readonly ((signal: AbortSignal) => Promise<never>)[] {
    if (!isWanted(this.#deps.config)) return [];
    return [async (signal) => (await this.#load()).run(signal)];
  }

  /** For whoever may do everything. */
  answer(...[request, response]: Parameters<RequestHandler>): Promise<void> {
    return this.#load().then((service) => service.answer(request, response));
  }

  #load(): Promise<MetricsService> {
    this.#service ??= import("./metrics-service.ts").then(({ MetricsService }) => new MetricsService(this.#deps));
    return this.#service;
  }
}

/** Whether anything of it is to run though nobody has asked. */
function isWanted({ listen, socket, otlp }: MetricsConfig): boolean {
  return listen !== undefined || socket || otlp !== undefined;
}
