/** HTTP in front of the intake: bounds what a client may send, and hands it on as data. */
import { errorTrace } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import {
  type ListenAddress,
  listenHttp,
  type RequestHandler,
  type RunningHttpServer,
  readBody,
} from "@gateway-engine/platform/http-server";
import { DEVICE_API_HEADERS, MAX_VALUE_BYTES } from "@gateway-engine/protocol/device-api";
import { QUEUE_HEADERS } from "@gateway-engine/protocol/queue-headers";
import { type Intake, type IntakeAnswer, text } from "./intake.ts";

/** Node gives names in lower case. */
const HEADERS = {
  vms: DEVICE_API_HEADERS.vms.toLowerCase(),
  cik: DEVICE_API_HEADERS.cik.toLowerCase(),
  priority: QUEUE_HEADERS.priority.toLowerCase(),
  ttl: QUEUE_HEADERS.ttl.toLowerCase(),
} as const;

type Request = Parameters<RequestHandler>[0];
type Response = Parameters<RequestHandler>[1];

/** A value of the largest size with every byte escaped, and its name. */
const MAX_BODY_BYTES = 3 * MAX_VALUE_BYTES + 64 * 1024;

/** Longest time for one request: local programs are quick, and a slow one must not hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Over the period of common senders: one that sends every minute must not meet a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

/** @param first answers what only this door answers, and says whether it did */
export function openDoor(
  listen: ListenAddress,
  intake: Intake,
  log: Logger,
  first?: (request: Request, response: Response) => Promise<boolean>,
): Promise<RunningHttpServer> {
  return listenHttp({
    listen,
    handle:
      first === undefined
        ? (request, response) => serve(intake, request, response)
        : async (request, response) => {
            if (!(await first(request, response))) await serve(intake, request, response);
          },
    onError: (error) => log.error(errorTrace(error)),
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    keepAliveMs: KEEP_ALIVE_MS,
  });
}

async function serve(intake: Intake, request: Request, response: Response): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === undefined) return write(response, text(413, `the body is over ${MAX_BODY_BYTES} bytes`));
  const target = request.url ?? "/";
  const query = target.indexOf("?");
  write(
    response,
    await intake.answer({
      method: request.method ?? "GET",
      path: query === -1 ? target : target.slice(0, query),
      vms: header(request, HEADERS.vms),
      cik: header(request, HEADERS.cik),
      priority: header(request, HEADERS.priority),
      ttl: header(request, HEADERS.ttl),
      body: body.toString("latin1"),
    }),
  );
}

const IS_ASCII = /^[\x20-\x7e]*$/;

/** Clients write UTF-8 into headers; Node reads them as Latin-1. */
function header(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  if (typeof value !== "string") return undefined;
  return IS_ASCII.test(value) ? value : Buffer.from(value, "latin1").toString("utf8");
}

function write(response: Response, { status, headers, body }: IntakeAnswer): void {
  if (status === 204) {
    response.writeHead(status, headers).end();
    return;
  }
  response.writeHead(status, { "Content-Length": Buffer.byteLength(body), ...headers }).end(body);
}
