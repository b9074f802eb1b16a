/** `gwe.sock`: what the other programs of the gateway, and `gwe` on the command line, ask the running engine. */
import { type GatewayEngineError, UsageError } from "@gateway-engine/core/errors";
import {
  listenHttp,
  type RequestHandler,
  type RunningHttpServer,
  readBody,
} from "@gateway-engine/platform/http-server";
import {
  type ActivateRequest,
  type AlertsAnswer,
  type EngineStatusAnswer,
  type GatewayIdentityAnswer,
  GWE_CONTROL_PATHS,
  type HistoryQuery,
  type InstallAppsRequest,
  type InstallProgress,
  type JournalAnswer,
  TRAFFIC_GROUPINGS,
  type TrafficQuery,
} from "@gateway-engine/protocol/local-control";
import { type AppControl, readOrders } from "./app-control.ts";

/** What the engine offers on its socket. */
export interface EngineControl extends AppControl {
  identity(): GatewayIdentityAnswer;
  /** The server refused this CIK to another program: see whether it still works, and get another if not. */
  checkCik(refused: string): void;
  status(): Promise<EngineStatusAnswer>;
  alerts(): AlertsAnswer;
  /** Rows after number `after`. */
  journal(after: number): JournalAnswer;
  /** Orders the packages, in the journal when the call returns, and installs them in order; resolves when all have ended. */
  install(packages: readonly string[], onProgress: (progress: InstallProgress) => void): Promise<void>;
}

export interface ControlServerOptions {
  readonly socketPath: string;
  readonly control: EngineControl;
  /** Answers what is asked of `/metrics` and below. */
  readonly metrics: RequestHandler;
  readonly onError: (error: unknown) => void;
}

export function startControlServer(options: ControlServerOptions): Promise<RunningHttpServer> {
  const { socketPath, control, metrics, onError } = options;
  return listenHttp({
    listen: { socketPath, mode: 0o600 },
    handle: (request, response) =>
      isOfMetrics(request) ? metrics(request, response) : answer(control, request, response),
    onError,
  });
}

type Request = Parameters<RequestHandler>[0];
type Response = Parameters<RequestHandler>[1];

function isOfMetrics({ url = "" }: Request): boolean {
  return /^\/metrics(?=[/?]|$)/.test(url);
}

async function answer(control: EngineControl, request: Request, response: Response): Promise<void> {
  const url = new URL(request.url ?? "/", "http://gwe");
  const route = `${request.method} ${url.pathname}`;
  try {
    switch (route) {
      case `GET ${GWE_CONTROL_PATHS.identity}`:
        return sendJson(response, 200, control.identity());
      case `POST ${GWE_CONTROL_PATHS.activate}`:
        control.checkCik(await readRefusedCik(request));
        return sendJson(response, 202, {});
      case `GET ${GWE_CONTROL_PATHS.status}`:
        return sendJson(response, 200, await control.status());
      case `GET ${GWE_CONTROL_PATHS.apps}`:
        return sendJson(response, 200, await control.apps(new AbortController().signal));
      case `GET ${GWE_CONTROL_PATHS.history}`:
        return sendJson(response, 200, await control.history(readHistoryQuery(url), new AbortController().signal));
      case `GET ${GWE_CONTROL_PATHS.traffic}`:
        return sendJson(response, 200, await control.traffic(readTrafficQuery(url), new AbortController().signal));
      case `GET ${GWE_CONTROL_PATHS.alerts}`:
        return sendJson(response, 200, control.alerts());
      case `POST ${GWE_CONTROL_PATHS.order}`:
        return await order(control, request, response);
      case `GET ${GWE_CONTROL_PATHS.journal}`:
        return sendJson(response, 200, control.journal(readAfter(url)));
      case `POST ${GWE_CONTROL_PATHS.install}`:
        return await install(control, request, response);
      default:
        throw new UsageError("E_USAGE", { problem: `gwe.sock has no ${route}` });
    }
  } catch (error) {
    if (!(error instanceof UsageError) || response.headersSent) throw error;
    sendError(response, error);
  }
}

/** One JSON line for each step, as it happens. Who asked may hang up: the installs are in the journal and go on. */
async function install(control: EngineControl, request: Request, response: Response): Promise<void> {
  const packages = await readPackages(request);
  await streamProgress(response, (onProgress) => control.install(packages, onProgress));
}

async function order(control: EngineControl, request: Request, response: Response): Promise<void> {
  const command = (await readBody(request, MAX_BODY_BYTES))?.toString("utf8") ?? "";
  readOrders(command);
  const { signal } = new AbortController();
  await streamProgress(response, (onProgress) => control.order(command, onProgress, signal));
}

async function streamProgress(
  response: Response,
  work: (onProgress: (progress: InstallProgress) => void) => Promise<void>,
): Promise<void> {
  response.writeHead(200, { "Content-Type": "application/x-ndjson" });
  const ended = work((progress) => {
    if (!response.destroyed) response.write(`${JSON.stringify(progress)}\n`);
  });
  // They are in the journal now, and whoever asked must know, even if they wait behind others for long.
  response.flushHeaders();
  await ended;
  response.end();
}

async function readPackages(request: Request): Promise<readonly string[]> {
  const wrong = new UsageError("E_USAGE", { problem: 'expected {"packages": ["/absolute/path", ...]}' });
  const packages: unknown = (await readJson<InstallAppsRequest>(request))?.packages;
  if (!Array.isArray(packages) || packages.length === 0) throw wrong;
  if (!packages.every((path): path is string => typeof path === "string" && path.startsWith("/"))) throw wrong;
  return packages;
}

async function readRefusedCik(request: Request): Promise<string> {
  const cik: unknown = (await readJson<ActivateRequest>(request))?.cik;
  if (typeof cik === "string") return cik;
  throw new UsageError("E_USAGE", { problem: 'expected {"cik": "<the CIK that was refused>"}' });
}

/** @returns what is to be checked; null or undefined when the body is no JSON, or too long */
async function readJson<Body>(request: Request): Promise<Partial<Record<keyof Body, unknown>> | null | undefined> {
  const body = await readBody(request, MAX_BODY_BYTES);
  try {
    return JSON.parse(body?.toString("utf8") ?? "") as Partial<Record<keyof Body, unknown>> | null;
  } catch {
    return undefined;
  }
}

function readHistoryQuery({ searchParams }: URL): HistoryQuery {
  const limit = Number(searchParams.get("limit") ?? DEFAULT_HISTORY);
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new UsageError("E_USAGE", { problem: "limit must be a number of orders above 0" });
  }
  return { app: searchParams.get("app") ?? undefined, limit };
}

const DEFAULT_HISTORY = 20;

function readTrafficQuery({ searchParams }: URL): TrafficQuery {
  const by = TRAFFIC_GROUPINGS.find((grouping) => grouping === (searchParams.get("by") ?? "app"));
  const days = Number(searchParams.get("days") ?? DEFAULT_TRAFFIC_DAYS);
  if (by !== undefined && Number.isSafeInteger(days) && days >= 1 && days <= MAX_TRAFFIC_DAYS) return { by, days };
  throw new UsageError("E_USAGE", {
    problem: `by must be one of ${TRAFFIC_GROUPINGS.join(", ")}, and days a number from 1 to ${MAX_TRAFFIC_DAYS}`,
  });
}

const DEFAULT_TRAFFIC_DAYS = 30;
/** As many as the book keeps. */
const MAX_TRAFFIC_DAYS = 400;

function readAfter(url: URL): number {
  const after = Number(url.searchParams.get("after") ?? "0");
  if (Number.isSafeInteger(after) && after >= 0) return after;
  throw new UsageError("E_USAGE", { problem: "after must be the number of a row of the journal" });
}

const MAX_BODY_BYTES = 1_048_576;

function sendJson(response: Response, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

function sendError(response: Response, { code, message }: GatewayEngineError): void {
  sendJson(response, 400, { error: { code, message } });
}
