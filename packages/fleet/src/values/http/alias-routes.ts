import type { Clock } from "@gateway-engine/core/clock";
import { UsageError } from "@gateway-engine/core/errors";
import {
  DEVICE_API_HEADERS,
  DEVICE_API_PATHS,
  FORM_CONTENT_TYPE,
  MAX_LONG_POLL_MS,
  MAX_VALUE_BYTES,
} from "@gateway-engine/protocol/device-api";
import { decodeFormText, encodeForm, parseFormBytes } from "@gateway-engine/protocol/form";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Bus } from "../../bus/bus.ts";
import { bodyOf, DEVICE_BODY_LIMIT, deviceOf, headerOf, queryOf } from "../../http/device-scope.ts";
import { routePath } from "../../http/route-path.ts";
import { formatLastModified, modifiedSince, waitForChange } from "../long-poll.ts";
import type { MicrosecondClock } from "../microsecond-clock.ts";
import type { CurrentValue } from "../value.ts";
import type { ValueService } from "../value-service.ts";

export interface AliasRouteDeps {
  readonly values: ValueService;
  readonly bus: Bus;
  readonly clock: Pick<Clock, "after">;
  readonly stamps: MicrosecondClock;
  /** Aborts when the server stops: long polls then end at once. */
  readonly stopping: AbortSignal;
}

/** Write, read, write-then-read, and long poll. */
export function addAliasRoutes(scope: FastifyInstance, deps: AliasRouteDeps): void {
  const path = routePath(DEVICE_API_PATHS.alias);

  scope.get(path, async (request, reply) => {
    const aliases = aliasesOf(request);
    if (headerOf(request, DEVICE_API_HEADERS.requestTimeout) !== undefined) {
      return sendChange(await longPoll(deps, request, reply, aliases), reply);
    }
    return sendValues(await deps.values.read(deviceOf(request), aliases), reply);
  });

  scope.post(path, { bodyLimit: DEVICE_BODY_LIMIT }, async (request, reply) => {
    await deps.values.write(deviceOf(request), valuesOf(request));
    return sendValues(await deps.values.read(deviceOf(request), aliasesOf(request)), reply);
  });
}

/** @throws UsageError E_TOO_LARGE */
export function requireValueSize(alias: string, value: Uint8Array): void {
  if (value.length > MAX_VALUE_BYTES) {
    throw new UsageError("E_TOO_LARGE", { what: `the value of ${alias}`, limit: MAX_VALUE_BYTES });
  }
}

function aliasesOf(request: FastifyRequest): readonly string[] {
  return queryOf(request).map(({ name }) => decodeFormText(name));
}

function valuesOf(request: FastifyRequest): ReadonlyMap<string, Uint8Array> {
  const pairs = parseFormBytes(bodyOf(request));
  for (const { name, value } of pairs) requireValueSize(name, value);
  return new Map(pairs.map(({ name, value }) => [name, value]));
}

function longPoll(
  deps: AliasRouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  aliases: readonly string[],
): Promise<CurrentValue | undefined> {
  const [alias] = aliases;
  if (alias === undefined || aliases.length > 1) throw badRequest("query", "must name one alias to wait for");
  const timeout = headerOf(request, DEVICE_API_HEADERS.requestTimeout) ?? "";
  if (!/^\s*\d{1,9}\s*$/.test(timeout)) throw badRequest(DEVICE_API_HEADERS.requestTimeout, "must be milliseconds");
  const isModified = modifiedSince(headerOf(request, "If-Modified-Since"), deps.stamps.now());
  if (isModified === undefined) throw badRequest("If-Modified-Since", "must be seconds since 1970 or an HTTP date");
  return waitForChange(deps, {
    device: deviceOf(request),
    alias,
    isModified,
    timeoutMs: Math.min(Number(timeout), MAX_LONG_POLL_MS),
    signal: AbortSignal.any([deps.stopping, hangUp(reply)]),
  });
}

/** Aborts when the device closes its connection. */
function hangUp(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => controller.abort());
  return controller.signal;
}

function sendChange(value: CurrentValue | undefined, reply: FastifyReply): FastifyReply {
  return value === undefined ? reply.code(304).send() : sendValues([value], reply);
}

/** A single value comes with its `Last-Modified`, from which a device can wait on without missing a change. */
function sendValues(values: readonly CurrentValue[], reply: FastifyReply): FastifyReply {
  const [only] = values;
  if (only === undefined) return reply.code(204).send();
  if (values.length === 1) reply.header("Last-Modified", formatLastModified(only.at));
  return reply.type(FORM_CONTENT_TYPE).send(encodeForm(values.map(({ alias, value }) => [alias, value])));
}

function badRequest(field: string, problem: string): UsageError {
  return new UsageError("E_REQUEST", { field, problem });
}
