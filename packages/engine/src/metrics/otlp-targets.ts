/** The two ways of a request of OTLP: at once to a collector, or into the queue. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { TransportError } from "@gateway-engine/core/errors";
import type { HttpClient, HttpResponse } from "@gateway-engine/core/http";
import type { Logger } from "@gateway-engine/core/logger";
import { postToQueue, type QueueValue } from "../queue-value.ts";

/** @throws TransportError when the collector does not take it */
export async function sendToCollector(
  { http, log }: { readonly http: HttpClient; readonly log: Pick<Logger, "debug"> },
  url: string,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const body = await promisify(gzip)(text);
  const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
  const answer = await http.request({ method: "POST", url, headers, body, timeoutMs: TIMEOUT_MS, signal });
  const told = await accepted(answer, { server: new URL(url).origin, what: "metrics" });
  // A collector may take a part, and says in the answer what it made of the rest.
  if (told.includes("rejectedDataPoints")) log.debug(`the collector says of the metrics: ${told}`);
}

export interface QueuedMetrics {
  readonly alias: string;
  readonly sender: QueueValue["sender"];
  readonly text: string;
}

/**
 * A value of the gateway itself, of low priority: after an outage alarms and readings go first, and a full queue may thin
 * metrics out before it refuses anything.
 *
 * @throws TransportError when the queue does not take it
 */
export async function sendToQueue(
  { http, gmqSocket }: { readonly http: HttpClient; readonly gmqSocket: string },
  { alias, sender, text }: QueuedMetrics,
  signal: AbortSignal,
): Promise<void> {
  const value = { sender, alias, value: text, priority: "low" } as const;
  const answer = await postToQueue({ http, socketPath: gmqSocket }, value, signal);
  await accepted(answer, { server: "gmq", what: "metrics" });
}

/** @returns the text of the answer; @throws TransportError E_SERVER, E_RESPONSE_INVALID */
async function accepted(
  answer: HttpResponse,
  told: { readonly server: string; readonly what: string },
): Promise<string> {
  const text = await answer.text(MAX_ANSWER_BYTES);
  if (answer.status >= 200 && answer.status < 300) return text;
  throw new TransportError("E_SERVER", { ...told, status: answer.status });
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
