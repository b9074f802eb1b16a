import type { HttpClient, HttpResponse } from "@gateway-engine/core/http";
import {
  DEVICE_API_HEADERS,
  DEVICE_API_PATHS,
  FORM_CONTENT_TYPE,
  formatVms,
} from "@gateway-engine/protocol/device-api";
import { encodeForm } from "@gateway-engine/protocol/form";
import type { GatewayIdentityAnswer } from "@gateway-engine/protocol/local-control";
import { QUEUE_HEADERS } from "@gateway-engine/protocol/queue-headers";

export interface QueueValue {
  readonly sender: Pick<GatewayIdentityAnswer, "vendor" | "model" | "uuid">;
  readonly alias: string;
  readonly value: string;
  readonly priority: "high" | "low";
}

/** Asks the queue to take a value, as any application would. @returns its answer @throws TransportError when none comes */
export function postToQueue(
  { http, socketPath }: { readonly http: HttpClient; readonly socketPath: string },
  { sender: { vendor, model, uuid }, alias, value, priority }: QueueValue,
  signal: AbortSignal,
): Promise<HttpResponse> {
  return http.request({
    method: "POST",
    url: `http://gmq${DEVICE_API_PATHS.alias}`,
    socketPath,
    headers: {
      "Content-Type": FORM_CONTENT_TYPE,
      [DEVICE_API_HEADERS.vms]: formatVms({ vendor, model, serial: uuid }),
      [QUEUE_HEADERS.priority]: priority,
    },
    body: encodeForm([[alias, value]]),
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}

const TIMEOUT_MS = 10_000;
