import type { HttpClient } from "@gateway-engine/core/http";
import { GMQ_CONTROL_PATHS, type QueueStatusAnswer } from "@gateway-engine/protocol/local-control";

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

const TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 65_536;
