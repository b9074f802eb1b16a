import type { HttpClient } from "@gateway-engine/core/http";
import {
  GMQ_CONTROL_PATHS,
  type QueueStatusAnswer,
  type QueueTrafficAnswer,
} from "@gateway-engine/protocol/local-control";

/** What the running queue says of itself. @throws TransportError when none answers */
export async function askQueue(http: HttpClient, socketPath: string, signal: AbortSignal): Promise<QueueStatusAnswer> {
  const url = `http://gmq${GMQ_CONTROL_PATHS.status}`;
  const answer = await http.request({ method: "GET", url, socketPath, timeoutMs: TIMEOUT_MS, signal });
  return JSON.parse(await answer.text(MAX_ANSWER_BYTES)) as QueueStatusAnswer;
}

/** The version of the running queue; undefined when none answers. */
export async function queueVersion(
  http: HttpClient,
  socketPath: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await askQueue(http, socketPath, signal)).version;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** What the queue's requests have cost; undefined: this release of it does not count. @throws TransportError when none answers */
export async function askQueueTraffic(
  http: HttpClient,
  socketPath: string,
  signal: AbortSignal,
): Promise<QueueTrafficAnswer | undefined> {
  const url = `http://gmq${GMQ_CONTROL_PATHS.traffic}`;
  const answer = await http.request({ method: "GET", url, socketPath, timeoutMs: TIMEOUT_MS, signal });
  const text = await answer.text(MAX_TRAFFIC_BYTES);
  return answer.status === 200 ? (JSON.parse(text) as QueueTrafficAnswer) : undefined;
}

const TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 65_536;
/** Two hundred devices with names of any length that a header may have. */
const MAX_TRAFFIC_BYTES = 4 * 1_048_576;
