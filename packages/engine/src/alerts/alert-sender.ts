import { describeError, GatewayEngineError, TransportError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger } from "@gateway-engine/core/logger";
import type { RetrySchedule } from "@gateway-engine/core/retry";
import { ALERT_ALIAS } from "@gateway-engine/protocol/gateway-resources";
import { Doorbell } from "../doorbell.ts";
import type { Activation } from "../identity/activation.ts";
import type { Cloud } from "../loop/cloud.ts";
import { isRefusal, type KeepSendingDeps, keepSending } from "../loop/keep-sending.ts";
import { postToQueue } from "../queue-value.ts";
import type { AlertFile } from "./alert-file.ts";

export interface AlertSenderDeps extends KeepSendingDeps {
  readonly activation: Pick<Activation, "activated" | "identity">;
  readonly cloud: Pick<Cloud, "write">;
  readonly http: HttpClient;
  /** Of gmq. */
  readonly queueSocket: string;
  readonly file: Pick<AlertFile, "unsent" | "markSent">;
  readonly log: Logger;
}

/**
 * Hands alerts to the queue, in order, as any application of the gateway would; where no queue runs, to the server. Each at
 * least once.
 */
export class AlertSender {
  readonly #deps: AlertSenderDeps;
  readonly #bell = new Doorbell();

  constructor(deps: AlertSenderDeps) {
    this.#deps = deps;
  }

  /** There is something to send. */
  poke(): void {
    this.#bell.ring();
  }

  /** Sends until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never> {
    const { clock, random, log } = this.#deps;
    const sending = {
      sendAll: (until: AbortSignal) => this.#sendAll(until),
      bell: this.#bell,
      retry: RETRY,
      onFailure: (error: unknown) => log.warn(`an alert was not sent, it is kept: ${describeError(error)}`),
    };
    // The queue takes them before the gateway is activated.
    return keepSending({ activation: { activated: async () => {} }, clock, random }, sending, signal);
  }

  async #sendAll(signal: AbortSignal): Promise<void> {
    const { file, log } = this.#deps;
    for (let event = file.unsent; event !== undefined; event = file.unsent) {
      const value = JSON.stringify(event);
      const isQueued = await this.#queue(value, signal);
      if (!isQueued) await this.#write(value, signal);
      await file.markSent();
      log.debug(`an alert was ${isQueued ? "queued" : "sent"}: ${value}`);
    }
  }

  /** @returns false when no queue runs, or it refuses the gateway @throws TransportError */
  async #queue(value: string, signal: AbortSignal): Promise<boolean> {
    const { http, queueSocket: socketPath, activation } = this.#deps;
    const alert = { sender: activation.identity(), alias: ALERT_ALIAS, value, priority: "high" } as const;
    try {
      const response = await postToQueue({ http, socketPath }, alert, signal);
      response.discard();
      // What the queue will not have, the server may.
      if (response.status < 500) return response.status < 300;
      throw new TransportError("E_SERVER", { server: "gmq", status: response.status, what: "an alert" });
    } catch (error) {
      if (error instanceof GatewayEngineError && error.code === "E_UNREACHABLE") return false;
      throw error;
    }
  }

  async #write(value: string, signal: AbortSignal): Promise<void> {
    const { activation, cloud, log } = this.#deps;
    await activation.activated(signal);
    try {
      await cloud.write([[ALERT_ALIAS, value]], signal);
    } catch (error) {
      if (signal.aborted || !isRefusal(error)) throw error;
      log.info(`the server does not take the alias ${ALERT_ALIAS}: ${describeError(error)}`);
    }
  }
}

const RETRY: RetrySchedule = { firstMs: 1000, maxMs: 300_000 };
