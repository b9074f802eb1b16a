import type { Clock } from "@gateway-engine/core/clock";
import { describeError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger } from "@gateway-engine/core/logger";
import type { Random } from "@gateway-engine/core/random";
import { VERSION } from "@gateway-engine/core/version";
import type { GatewayIdentityAnswer } from "@gateway-engine/protocol/local-control";
import type { OtlpTarget } from "@gateway-engine/protocol/metrics-config";
import type { MetricFamily } from "@gateway-engine/telemetry/metrics/family";
import { inParts } from "@gateway-engine/telemetry/metrics/in-parts";
import { type OtlpResource, otlpRequest } from "@gateway-engine/telemetry/metrics/otlp";
import { sendToCollector, sendToQueue } from "./otlp-targets.ts";

export interface OtlpSenderDeps {
  readonly read: (signal: AbortSignal) => Promise<readonly MetricFamily[]>;
  /** Milliseconds between two times. */
  readonly every: number;
  readonly http: HttpClient;
  readonly gmqSocket: string;
  readonly identity: () => GatewayIdentityAnswer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Sends all metrics again and again. What counts, counts since a start: a time that is missed is no sum that is lost. */
export class OtlpSender {
  readonly #deps: OtlpSenderDeps;
  readonly #target: OtlpTarget;
  #hasFailed = false;

  constructor(deps: OtlpSenderDeps, target: OtlpTarget) {
    this.#deps = deps;
    this.#target = target;
  }

  /** Until `signal` aborts; then it rejects. The first time is at random, so that a fleet does not send in step. */
  async run(signal: AbortSignal): Promise<never> {
    const { clock, random, every } = this.#deps;
    for (let due = clock.monotonic() + every * random.fraction(); ; due = Math.max(due + every, clock.monotonic())) {
      await clock.sleep(Math.max(0, due - clock.monotonic()), signal);
      await this.#tryOnce(signal);
    }
  }

  async #tryOnce(signal: AbortSignal): Promise<void> {
    const { log } = this.#deps;
    try {
      await this.#send(signal);
      if (this.#hasFailed) log.info("metrics can be sent again");
      this.#hasFailed = false;
    } catch (error) {
      signal.throwIfAborted();
      if (!this.#hasFailed) log.warn(`metrics could not be sent: ${describeError(error)}`);
      this.#hasFailed = true;
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { read, identity, clock, log } = this.#deps;
    const self = identity();
    if (self.vendor === "" || self.uuid === "")
      return log.debug("metrics are not sent while nobody knows whose they are");
    const families = await read(signal);
    const at = clock.now();
    for (const part of inParts(families, POINTS_OF_A_REQUEST)) {
      const text = otlpRequest(part, resourceOf(self), at);
      if (this.#target.kind === "http") await sendToCollector(this.#deps, this.#target.url, text, signal);
      else await sendToQueue(this.#deps, { alias: this.#target.alias, sender: self, text }, signal);
    }
  }
}

function resourceOf({ vendor, uuid }: GatewayIdentityAnswer): OtlpResource {
  return {
    attributes: {
      "service.name": "gateway-engine",
      "service.namespace": vendor,
      "service.instance.id": uuid,
      "service.version": VERSION,
    },
    scope: { name: "gateway-engine", version: VERSION },
  };
}

/** A point is some 250 bytes: a request stays well under the megabyte that the queue takes as one value. */
const POINTS_OF_A_REQUEST = 2000;
