/** The pages for a browser: `/`, `/index.html` and `/tail.html`. They need no script, and change nothing but by POST. */
import { type IncomingRequest, type OutgoingResponse, readBody } from "@gateway-engine/platform/http-server";
import { senderOf } from "../http/same-origin.ts";
import type { Dispatcher } from "../rpc/dispatcher.ts";
import { RpcFault } from "../rpc/fault.ts";
import { carryOut, isAction } from "./actions.ts";
import { type Call, callsOf, textOf } from "./calls.ts";
import { type Html, html } from "./html.ts";
import { logPage } from "./log-page.ts";
import { PAGE_HEADERS, page } from "./page.ts";
import { statusPage } from "./status-page.ts";

export interface PagesDeps {
  readonly dispatcher: Pick<Dispatcher, "answer">;
  readonly version: string;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Html;
}

export function isPage(path: string): boolean {
  return path === "/" || path === "/index.html" || path === "/tail.html";
}

export async function servePage(
  deps: PagesDeps,
  request: IncomingRequest,
  response: OutgoingResponse,
  gone: AbortSignal,
): Promise<void> {
  const call = callsOf(deps.dispatcher, gone);
  const { status, headers, body } = await answer(deps, request, call).catch(refusal);
  const text = Buffer.from(body.text);
  response.writeHead(status, { ...PAGE_HEADERS, ...headers, "Content-Length": text.length });
  response.end(request.method === "HEAD" ? undefined : text);
}

async function answer(deps: PagesDeps, request: IncomingRequest, call: Call): Promise<PageAnswer> {
  const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://localhost");
  if (request.method === "POST") {
    const body = await readBody(request, LONGEST_FORM);
    if (senderOf(request) !== "own-page") return problem(403, "This was not sent by a page of this server.");
    return pathname === "/tail.html" || body === undefined ? problem(405, USE_BUTTONS) : submit(body, call);
  }
  request.resume();
  if (request.method !== "GET" && request.method !== "HEAD") return problem(405, USE_BUTTONS);
  if (pathname === "/tail.html") return shown(await readLogPage(query, call));
  if (query.has("action") && query.get("action") !== "refresh") return problem(405, USE_BUTTONS);
  const [processes, identifier] = [await call("getAllProcessInfo"), await call("getIdentification")];
  return shown(statusPage({ processes, identifier: textOf(identifier), version: deps.version, query }));
}

/** Carries out what a button says, and leads back to the status, which may be loaded again without doing it again. */
async function submit(body: Buffer, call: Call): Promise<PageAnswer> {
  const form = new URLSearchParams(body.toString("utf8"));
  const action = form.get("action");
  const process = form.get("processname") ?? "";
  if (!isAction(action)) return problem(400, "There is no such action.");
  const outcome = await carryOut(action, process, call);
  const query = new URLSearchParams({ did: action, to: process, outcome });
  return { status: 303, headers: { Location: `index.html?${query}` }, body: html`` };
}

async function readLogPage(query: URLSearchParams, call: Call): Promise<Html> {
  const process = query.get("processname") ?? "";
  const channel = query.get("channel") === "stderr" ? "stderr" : "stdout";
  const wanted = Number.parseInt(query.get("limit") ?? "", 10);
  const limit = wanted > 0 ? Math.min(wanted, LONGEST_LOG) : DEFAULT_LOG;
  const method = channel === "stderr" ? "readProcessStderrLog" : "readProcessStdoutLog";
  const text = process === "" ? call("readLog", -limit, 0) : call(method, process, -limit, 0);
  return logPage({ process, channel, limit, text: textOf(await text) });
}

function refusal(error: unknown): PageAnswer {
  if (!(error instanceof RpcFault)) throw error;
  return problem(
    error.fault.text === "BAD_NAME" || error.fault.text === "NO_FILE" ? 404 : 503,
    FAULT_TEXTS[error.fault.text] ?? error.fault.text,
  );
}

function shown(body: Html): PageAnswer {
  return { status: 200, headers: {}, body };
}

function problem(status: number, text: string): PageAnswer {
  const headers = status === 405 ? { Allow: "GET, HEAD, POST" } : {};
  const body = page("Error", html`<h1>Error</h1><p role="alert">${text}</p><p><a href="index.html">Status</a></p>`);
  return { status, headers, body };
}

const USE_BUTTONS = "Nothing is changed by a link: use the buttons of the status page.";
const FAULT_TEXTS: Readonly<Record<string, string>> = {
  BAD_NAME: "There is no such process.",
  NO_FILE: "There is no such log.",
  SHUTDOWN_STATE: "supervisord is ending, or beginning again.",
  UNKNOWN_METHOD: "The configuration has no [rpcinterface:supervisor], so nothing can be shown or done here.",
};
const LONGEST_FORM = 16 * 1024;
/** Bytes. */
const DEFAULT_LOG = 1024;
const LONGEST_LOG = 1024 * 1024;
