/** `GET /metrics`, `PUT /metrics/<application>` and `DELETE /metrics/<application>`. */
import { isLocalName } from "@gateway-engine/core/local-name";
import { type RequestHandler, readBody } from "@gateway-engine/platform/http-server";
import { type BroughtMetrics, LARGEST_TEXT_BYTES } from "@gateway-engine/telemetry/metrics/brought-metrics";
import type { MetricFamily } from "@gateway-engine/telemetry/metrics/family";
import { formatMetrics, TEXT_CONTENT_TYPE } from "@gateway-engine/telemetry/metrics/write-text";

export interface DoorRights {
  readonly reads: boolean;
  readonly writes: boolean;
  /** Refuses a browser that was led here by the name of a web page. */
  readonly localNamesOnly?: boolean;
}

export interface MetricsDoorDeps {
  readonly brought: Pick<BroughtMetrics, "put" | "remove">;
  readonly read: (signal: AbortSignal) => Promise<readonly MetricFamily[]>;
  readonly rights: DoorRights;
}

type Request = Parameters<RequestHandler>[0];
type Response = Parameters<RequestHandler>[1];

export async function answerMetrics(deps: MetricsDoorDeps, request: Request, response: Response): Promise<void> {
  const { reads, writes, localNamesOnly = false } = deps.rights;
  const { method = "", headers } = request;
  const path = new URL(request.url ?? "/", "http://gwe").pathname;
  const application = /^\/metrics\/([^/]+)$/.exec(path)?.[1];
  if (localNamesOnly && !isLocalName(headers.host ?? "")) {
    return refuse(request, response, 421, "this address is for programs of this machine");
  }
  if (reads && path === "/metrics" && (method === "GET" || method === "HEAD")) return sendAll(deps, request, response);
  if (writes && application !== undefined && method === "PUT") return take(deps, application, request, response);
  if (writes && application !== undefined && method === "DELETE") {
    request.resume();
    deps.brought.remove(application);
    response.writeHead(204).end();
    return;
  }
  const offered = [reads ? "GET /metrics" : [], writes ? "PUT and DELETE /metrics/<application>" : []].flat();
  refuse(request, response, 404, `here is ${offered.join(", ")}`);
}

async function sendAll(deps: MetricsDoorDeps, request: Request, response: Response): Promise<void> {
  request.resume();
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const body = formatMetrics(await deps.read(gone.signal));
  response.writeHead(200, { "Content-Type": TEXT_CONTENT_TYPE, "Content-Length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}

async function take(deps: MetricsDoorDeps, application: string, request: Request, response: Response): Promise<void> {
  const body = await readBody(request, LARGEST_TEXT_BYTES);
  if (body === undefined) return refuse(request, response, 413, `metrics may have ${LARGEST_TEXT_BYTES} bytes`);
  const taken = deps.brought.put(application, body.toString("utf8"));
  if (!taken.ok) return refuse(request, response, 400, taken.problem);
  response.writeHead(204).end();
}

function refuse(request: Request, response: Response, status: number, text: string): void {
  request.resume();
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
