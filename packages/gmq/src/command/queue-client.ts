/** `gmq reread` and `gmq status`: questions to the running queue, over its unix socket. */
import { TransportError, UsageError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import { GMQ_CONTROL_PATHS, type QueueStatusAnswer } from "@gateway-engine/protocol/local-control";

export interface QueueClientDeps {
  readonly http: HttpClient;
  readonly gmqSocket: string;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 65_536;

export async function askReread(deps: QueueClientDeps): Promise<void> {
  await ask(deps, "POST", GMQ_CONTROL_PATHS.reread);
}

export async function askStatus(deps: QueueClientDeps): Promise<QueueStatusAnswer> {
  return JSON.parse(await ask(deps, "GET", GMQ_CONTROL_PATHS.status)) as QueueStatusAnswer;
}

/** @param now milliseconds since 1970 */
export function formatStatus(status: QueueStatusAnswer, now: number): string {
  const oldest = status.oldestAt === null ? "" : `, the oldest for ${Math.round((now - status.oldestAt) / 1000)} s`;
  return [
    `gmq ${status.version}, process ${status.pid}`,
    `queued     ${status.queued}${oldest}`,
    `forwarded  ${status.forwarded}`,
    `set aside  ${status.setAside}`,
    "",
  ].join("\n");
}

async function ask(
  { http, gmqSocket, signal }: QueueClientDeps,
  method: "GET" | "POST",
  path: string,
): Promise<string> {
  const request = { method, url: `http://gmq${path}`, socketPath: gmqSocket, timeoutMs: TIMEOUT_MS, signal } as const;
  const answer = await http.request(request);
  const body = await answer.text(MAX_ANSWER_BYTES);
  if (answer.status === 400) throw new UsageError("E_USAGE", { problem: body.trim() });
  if (answer.status >= 300) {
    throw new TransportError("E_SERVER", { server: gmqSocket, status: answer.status, what: `${method} ${path}` });
  }
  return body;
}
