/** `gmq reread` and `gmq status`: questions to the running queue, over its unix socket. */
import { TransportError, UsageError } from "@gateway-engine/core/errors";
import type { HttpClient, HttpRequest, HttpResponse } from "@gateway-engine/core/http";
import { GMQ_CONTROL_PATHS, type QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import { formatUpstreams } from "./upstream-lines.ts";

export interface QueueClientDeps {
  readonly http: HttpClient;
  readonly gmqSocket: string;
  readonly signal: AbortSignal;
}

/** Longest silence; an import is answered when all of it is on disk. */
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 65_536;

export async function askReread(deps: QueueClientDeps): Promise<void> {
  await ask(deps, "POST", GMQ_CONTROL_PATHS.reread);
}

export async function askDrain(deps: QueueClientDeps): Promise<void> {
  await ask(deps, "POST", GMQ_CONTROL_PATHS.drain);
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
    ...TROUBLES.flatMap(([name, reason]) =>
      status[name] === 0 ? [] : [`${name.padEnd(9)}  ${status[name]}, ${reason}`],
    ),
    "upstreams",
    ...formatUpstreams(status.upstreams),
    "",
  ].join("\n");
}

/** Said when there are any. */
const TROUBLES = [
  ["dropped", "since there was no room"],
  ["discarded", "of those set aside, since there were too many"],
  ["expired", "since their time was over"],
  ["refused", "not accepted since the start, since there was no room"],
  ["estimated", "with an estimated time, since the clock was not set"],
] as const;

/** Asks, and reads the whole answer. */
export async function ask(
  deps: QueueClientDeps,
  method: "GET" | "POST",
  path: string,
  body?: HttpRequest["body"],
): Promise<string> {
  return (await request(deps, method, path, body)).text(MAX_ANSWER_BYTES);
}

/** @throws UsageError with what gmq says is wrong; TransportError E_UNREACHABLE when none runs */
export async function request(
  { http, gmqSocket, signal }: QueueClientDeps,
  method: "GET" | "POST",
  path: string,
  body?: HttpRequest["body"],
): Promise<HttpResponse> {
  const answer = await http.request({
    method,
    url: `http://gmq${path}`,
    socketPath: gmqSocket,
    timeoutMs: TIMEOUT_MS,
    signal,
    ...(body === undefined ? {} : { body }),
  });
  if (answer.status < 300) return answer;
  const problem = (await answer.text(MAX_ANSWER_BYTES)).trim();
  if (answer.status === 400) throw new UsageError("E_USAGE", { problem });
  throw new TransportError("E_SERVER", { server: gmqSocket, status: answer.status, what: `${method} ${path}` });
}
