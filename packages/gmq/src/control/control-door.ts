/** What only the owner of the gateway may ask: answered on the unix socket alone, beside what every door answers. */
import { UsageError } from "@gateway-engine/core/errors";
import { type RequestHandler, readBody } from "@gateway-engine/platform/http-server";
import { GMQ_CONTROL_PATHS, type QueueTrafficAnswer } from "@gateway-engine/protocol/local-control";
import { parseMessageQuery, type ReplayAnswer } from "@gateway-engine/protocol/queue-export";
import type { QueueAccess } from "../tools/queue-access.ts";
import { linesOf } from "./lines.ts";

type Request = Parameters<RequestHandler>[0];
type Response = Parameters<RequestHandler>[1];

export interface ControlDeps {
  readonly tools: QueueAccess;
  /** Sends now what waits for company or for its next try. */
  readonly drain: () => void;
  readonly traffic: () => QueueTrafficAnswer;
}

const MAX_BODY_BYTES = 1_048_576;

/** @returns whether the request was one of these, and is answered */
export async function answerControl(deps: ControlDeps, request: Request, response: Response): Promise<boolean> {
  const url = new URL(request.url ?? "/", "http://gmq");
  try {
    switch (`${request.method} ${url.pathname}`) {
      case `GET ${GMQ_CONTROL_PATHS.messages}`:
        await sendMessages(deps.tools, url.searchParams, response);
        return true;
      case `POST ${GMQ_CONTROL_PATHS.import}`:
        sendJson(response, await deps.tools.importLines(linesOf(request)));
        return true;
      case `POST ${GMQ_CONTROL_PATHS.replay}`:
        sendJson(response, { replayed: await deps.tools.replay(await readIds(request)) } satisfies ReplayAnswer);
        return true;
      case `POST ${GMQ_CONTROL_PATHS.drain}`:
        request.resume();
        deps.drain();
        response.writeHead(204).end();
        return true;
      case `GET ${GMQ_CONTROL_PATHS.traffic}`:
        sendJson(response, deps.traffic());
        return true;
      default:
        return false;
    }
  } catch (error) {
    if (!(error instanceof UsageError) || response.headersSent) throw error;
    response.writeHead(400, { "Content-Type": "text/plain; charset=utf-8" }).end(`${error.message}\n`);
    return true;
  }
}

/** No faster than whoever asked reads, and no longer than they stay. */
async function sendMessages(tools: QueueAccess, query: URLSearchParams, response: Response): Promise<void> {
  const parsed = parseMessageQuery(query);
  if (!parsed.ok) throw new UsageError("E_USAGE", { problem: parsed.problem });
  for await (const line of tools.messages(parsed.value)) {
    if (response.destroyed) return;
    if (!response.headersSent) response.writeHead(200, { "Content-Type": "application/x-ndjson" });
    if (!response.write(`${line}\n`)) await drained(response);
  }
  response.end();
}

function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.once("drain", done);
    response.once("close", done);
  });
}

async function readIds(request: Request): Promise<readonly number[] | undefined> {
  const wrong = new UsageError("E_USAGE", { problem: 'expected {"ids": [1, 2, ...]}, or {} for all' });
  const body = await readBody(request, MAX_BODY_BYTES);
  let ids: unknown;
  try {
    ({ ids } = JSON.parse(body?.toString("utf8") ?? "") as { ids?: unknown });
  } catch {
    throw wrong;
  }
  if (ids === undefined) return undefined;
  if (!Array.isArray(ids) || !ids.every((id): id is number => Number.isSafeInteger(id))) throw wrong;
  return ids;
}

function sendJson(response: Response, answer: object): void {
  const body = `${JSON.stringify(answer)}\n`;
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }).end(body);
}
