/** HTTP in front of the intake: bounds what a client may send, and hands it on as data. */
import { errorTrace } from "@gateway-engine/core/errors";
import { isLocalName, isLoopback } from "@gateway-engine/core/local-name";
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
import type { BodyMemory, BodyShare } from "./body-memory.ts";
import { type Intake, type IntakeAnswer, later, text } from "./intake.ts";

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

/** An import of millions of messages is one request. */
const OWN_REQUEST_TIMEOUT_MS = 3_600_000;

/** What a client is asked to wait when there is no memory for its body, in seconds. */
const CROWDED_SECONDS = 1;

/** Over the period of common senders: one that sends every minute must not meet a connection that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

export interface DoorDeps {
  readonly intake: Intake;
  /** Shared by all doors. */
  readonly memory: BodyMemory;
  readonly log: Logger;
}

/** Answers what only one door answers, and says whether it did. */
export type OwnAnswers = (request: Request, response: Response) => Promise<boolean>;

/** @param own makes it a door for the owner, who may also send what takes long */
export function openDoor(listen: ListenAddress, deps: DoorDeps, own?: OwnAnswers): Promise<RunningHttpServer> {
  const isForThisMachine = "host" in listen && isLoopback(listen.host);
  return listenHttp({
    listen,
    handle: async (request, response) => {
      if (isForThisMachine && !isLocalName(request.headers.host ?? "")) return write(response, MISDIRECTED);
      if (own === undefined || !(await own(request, response))) await serve(deps, request, response);
    },
    onError: (error) => deps.log.error(errorTrace(error)),
    requestTimeoutMs: own === undefined ? REQUEST_TIMEOUT_MS : OWN_REQUEST_TIMEOUT_MS,
    keepAliveMs: KEEP_ALIVE_MS,
  });
}

const MISDIRECTED = text(421, "this address is for programs of this machine; name it localhost or 127.0.0.1");

async function serve(deps: DoorDeps, request: Request, response: Response): Promise<void> {
  const share = deps.memory.share();
  try {
    write(response, await answer(deps.intake, request, share));
  } finally {
    share.end();
  }
}

async function answer(intake: Intake, request: Request, share: BodyShare): Promise<IntakeAnswer> {
  let isFull = false;
  const body = await readBody(request, MAX_BODY_BYTES, (bytes) => {
    isFull = !share.grow(bytes);
    if (isFull) share.end();
    return !isFull;
  });
  if (isFull) return later(503, "too many large requests at once; send it again in a moment", CROWDED_SECONDS);
  if (body === undefined) return text(413, `the body is over ${MAX_BODY_BYTES} bytes`);
  const target = request.url ?? "/";
  const query = target.indexOf("?");
  return intake.answer({
    method: request.method ?? "GET",
    path: query === -1 ? target : target.slice(0, query),
    vms: header(request, HEADERS.vms),
    cik: header(request, HEADERS.cik),
    priority: header(request, HEADERS.priority),
    ttl: header(request, HEADERS.ttl),
    body: body.toString("latin1"),
  });
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
