/** supervisord's web interface: the remote calls, logs to follow, and pages for a browser. */
import { once } from "node:events";
import {
  type IncomingRequest,
  type OutgoingResponse,
  type RequestHandler,
  readBody,
} from "@gateway-engine/platform/http-server";
import type { Credentials } from "../config/model.ts";
import type { Dispatcher } from "../rpc/dispatcher.ts";
import { RpcFault } from "../rpc/fault.ts";
import { findProcess } from "../rpc/lookup.ts";
import type { Supervisor } from "../supervisor.ts";
import { isPage, type PagesDeps, servePage } from "../web/pages.ts";
import { formatFault, formatMethodResponse } from "../xmlrpc/format.ts";
import { DEFAULT_LIMITS, parseMethodCall } from "../xmlrpc/parse.ts";
import { isAuthorized } from "./authentication.ts";
import { followLog, type LogStreamDeps } from "./log-stream.ts";
import { senderOf } from "./same-origin.ts";

export interface RoutesDeps extends LogStreamDeps, PagesDeps {
  readonly dispatcher: Dispatcher;
  readonly supervisor: Supervisor;
  /** undefined: it is kept by syslog. */
  readonly mainLogPath: string | undefined;
  readonly credentials: Credentials | undefined;
}

export function createRoutes(deps: RoutesDeps): RequestHandler {
  return async (request, response) => {
    response.setHeader("Server", "Medusa/1.12");
    if (!isAuthorized(request.headers.authorization, deps.credentials)) return refuseStranger(request, response);
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    if (path.startsWith("/RPC2")) return serveCall(deps, request, response);
    if (path.startsWith("/logtail/")) return serveLog(deps, processLogPath(deps.supervisor, path), response);
    if (isPage(path)) return servePage(deps, request, response, abortWhenClosed(response));
    if (path === "/mainlogtail") return serveLog(deps, deps.mainLogPath, response);
    return refuse(request, response, 404);
  };
}

async function serveCall(deps: RoutesDeps, request: IncomingRequest, response: OutgoingResponse): Promise<void> {
  if (request.method !== "POST") return refuse(request, response, 400);
  if (senderOf(request) === "foreign") return refuse(request, response, 403);
  if (request.headers["content-length"] === undefined) return refuse(request, response, 411);
  const body = await readBody(request, DEFAULT_LIMITS.maxLength);
  if (body === undefined) return refuse(request, response, 413);
  const call = parseMethodCall(new TextDecoder().decode(body));
  if (!call.ok) return refuse(request, response, 400);
  const answer = await deps.dispatcher.answer(call.value, abortWhenClosed(response));
  const xml = answer.kind === "value" ? formatMethodResponse(answer.value) : formatFault(answer.fault);
  response.writeHead(200, { "Content-Type": "text/xml", "Content-Length": Buffer.byteLength(xml) });
  response.end(xml);
}

/** `/logtail/<name>`, `/logtail/<name>/stdout` or `/logtail/<name>/stderr`. */
function processLogPath(supervisor: Supervisor, path: string): string | undefined {
  const [, , name = "", channel = "stdout"] = path.split("/");
  if (channel !== "stdout" && channel !== "stderr") return undefined;
  try {
    return findProcess(supervisor, decodeURIComponent(name)).streams.logfiles[channel];
  } catch (error) {
    if (error instanceof RpcFault || error instanceof URIError) return undefined;
    throw error;
  }
}

async function serveLog(deps: RoutesDeps, path: string | undefined, response: OutgoingResponse): Promise<void> {
  if (path === undefined || deps.files.size(path) === undefined) return refuse(response.req, response, 404);
  const gone = abortWhenClosed(response);
  response.writeHead(200, { "Content-Type": "text/plain;charset=utf-8", "X-Accel-Buffering": "no" });
  response.flushHeaders();
  for await (const chunk of followLog(path, deps, gone)) {
    if (!response.write(chunk)) await once(response, "drain", { signal: gone }).catch(() => undefined);
  }
  response.end();
}

function abortWhenClosed(response: OutgoingResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return controller.signal;
}

function refuseStranger(request: IncomingRequest, response: OutgoingResponse): void {
  response.setHeader("WWW-Authenticate", 'Basic realm="default"');
  response.setHeader("Connection", "close");
  refuse(request, response, 401);
}

function refuse(request: IncomingRequest, response: OutgoingResponse, status: number): void {
  request.resume();
  const text = `<head>\n<title>Error response</title>\n</head>\n<body>\n<h1>Error response</h1>\n<p>Error code ${status}.\n<p>Message: ${REASONS[status] ?? ""}.\n</body>\n`;
  response.writeHead(status, { "Content-Type": "text/html", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  411: "Length Required",
  413: "Request Entity Too Large",
};
