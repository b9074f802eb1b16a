/**
 * Asks the running engine through its socket.
 *
 * @example
 * const engine = createControlClient({ http: createHttpClient(), socketPath: gatewayPaths().gweSocket });
 * print((await engine.status(signal)).apps);
 */
import { TransportError, UsageError } from "@gateway-engine/core/errors";
import type { HttpClient, HttpResponse } from "@gateway-engine/core/http";
import {
  type ActivateRequest,
  type AlertsAnswer,
  type AppsAnswer,
  type EngineStatusAnswer,
  type GatewayIdentityAnswer,
  GWE_CONTROL_PATHS,
  type HistoryAnswer,
  type HistoryQuery,
  type InstallProgress,
  type JournalAnswer,
  type TrafficAnswer,
  type TrafficQuery,
} from "@gateway-engine/protocol/local-control";

/** Every call throws TransportError E_UNREACHABLE when no engine runs. */
export interface ControlClient {
  identity(signal: AbortSignal): Promise<GatewayIdentityAnswer>;
  status(signal: AbortSignal): Promise<EngineStatusAnswer>;
  apps(signal: AbortSignal): Promise<AppsAnswer>;
  alerts(signal: AbortSignal): Promise<AlertsAnswer>;
  history(query: HistoryQuery, signal: AbortSignal): Promise<HistoryAnswer>;
  traffic(query: TrafficQuery, signal: AbortSignal): Promise<TrafficAnswer>;
  /** As `install`. @param command as in `engine_fetch`, without "install" */
  order(command: string, signal: AbortSignal): Promise<AsyncIterable<InstallProgress>>;
  /** At most 1,000 rows after number `after`, oldest first. */
  journal(after: number, signal: AbortSignal): Promise<JournalAnswer>;
  /** @param refused the CIK that the server did not take */
  activate(refused: string, signal: AbortSignal): Promise<void>;
  /**
   * Installs package files, given by absolute paths, in order. Resolves as soon as the engine has them in its journal.
   *
   * @returns each step as it happens; ends after the last `done`, or with the engine. @see toTheEnd
   */
  install(packages: readonly string[], signal: AbortSignal): Promise<AsyncIterable<InstallProgress>>;
}

export interface ControlClientOptions {
  readonly http: HttpClient;
  readonly socketPath: string;
}

export function createControlClient(options: ControlClientOptions): ControlClient {
  return {
    identity: (signal) => getJson(options, GWE_CONTROL_PATHS.identity, signal),
    status: (signal) => getJson(options, GWE_CONTROL_PATHS.status, signal),
    apps: (signal) => getJson(options, GWE_CONTROL_PATHS.apps, signal),
    history: ({ app, limit }, signal) => {
      const query = new URLSearchParams({ limit: String(limit), ...(app === undefined ? {} : { app }) });
      return getJson(options, `${GWE_CONTROL_PATHS.history}?${query}`, signal);
    },
    traffic: ({ by, days }, signal) =>
      getJson(options, `${GWE_CONTROL_PATHS.traffic}?${new URLSearchParams({ by, days: String(days) })}`, signal),
    alerts: (signal) => getJson(options, GWE_CONTROL_PATHS.alerts, signal),
    order: async (body, signal) =>
      readLines(await send(options, { method: "POST", path: GWE_CONTROL_PATHS.order, body }, signal)),
    journal: (after, signal) => getJson(options, `${GWE_CONTROL_PATHS.journal}?after=${after}`, signal),
    activate: async (refused, signal) => {
      const body = JSON.stringify({ cik: refused } satisfies ActivateRequest);
      const response = await send(options, { method: "POST", path: GWE_CONTROL_PATHS.activate, body }, signal);
      response.discard();
    },
    install: async (packages, signal) => {
      const body = JSON.stringify({ packages });
      return readLines(await send(options, { method: "POST", path: GWE_CONTROL_PATHS.install, body }, signal));
    },
  };
}

async function getJson<Answer>(options: ControlClientOptions, path: string, signal: AbortSignal): Promise<Answer> {
  const response = await send(options, { method: "GET", path }, signal);
  return JSON.parse(await response.text(MAX_ANSWER_BYTES)) as Answer;
}

async function* readLines(response: HttpResponse): AsyncGenerator<InstallProgress> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as InstallProgress;
  }
}

interface ControlRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
}

async function send(
  { http, socketPath }: ControlClientOptions,
  { method, path, body }: ControlRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const url = `http://gwe${path}`;
  const base = { method, url, socketPath, timeoutMs: SILENCE_MS, signal };
  const response = await http.request(body === undefined ? base : { ...base, body });
  if (response.status < 300) return response;
  const text = await response.text(MAX_ANSWER_BYTES);
  if (response.status === 400) throw new UsageError("E_USAGE", { problem: text });
  throw new TransportError("E_SERVER", { server: socketPath, status: response.status, what: `${method} ${path}` });
}

/** Longer than any install script may be silent. */
const SILENCE_MS = 3_600_000;
const MAX_ANSWER_BYTES = 16 * 1_048_576;
