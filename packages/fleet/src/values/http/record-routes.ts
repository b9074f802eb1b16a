import { UsageError } from "@gateway-engine/core/errors";
import { DEVICE_API_PATHS, FORM_CONTENT_TYPE, parseRecord } from "@gateway-engine/protocol/device-api";
import { encodeFormValue } from "@gateway-engine/protocol/form";
import { parseSequence, SEQUENCE_HEADER, type SequenceRange } from "@gateway-engine/protocol/sequence";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { bodyOf, DEVICE_BODY_LIMIT, deviceOf, headerOf } from "../../http/device-scope.ts";
import { routePath } from "../../http/route-path.ts";
import type { MicrosecondClock } from "../microsecond-clock.ts";
import { groupByAlias, type TimedPoint, timePoints } from "../record-points.ts";
import type { ValueService } from "../value-service.ts";
import { requireValueSize } from "./alias-routes.ts";

export interface RecordRouteDeps {
  readonly values: Pick<ValueService, "record">;
  readonly stamps: MicrosecondClock;
}

/** Historical values, in the present form and the older one, which names the alias in the path. */
export function addRecordRoutes(scope: FastifyInstance, deps: RecordRouteDeps): void {
  scope.post(routePath(DEVICE_API_PATHS.record), { bodyLimit: DEVICE_BODY_LIMIT }, (request, reply) =>
    record(deps, request, reply),
  );

  scope.post<{ Params: { alias: string } }>(
    `${routePath(DEVICE_API_PATHS.alias)}/:alias`,
    { bodyLimit: DEVICE_BODY_LIMIT },
    (request, reply) => record(deps, request, reply, request.params.alias),
  );
}

async function record(
  deps: RecordRouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  alias?: string,
): Promise<FastifyReply> {
  const points = pointsOf(request, deps.stamps, alias);
  const outcome = await deps.values.record(deviceOf(request), points, sequenceOf(request, points.length));
  if (outcome.kind === "stored") return reply.code(204).send();
  const conflicts = [...groupByAlias(outcome.points)].map(
    ([name, times]) => `${encodeFormValue(name)}=${times.join(",")}`,
  );
  return reply.code(409).type(FORM_CONTENT_TYPE).send(conflicts.join("&"));
}

function pointsOf(request: FastifyRequest, stamps: MicrosecondClock, alias?: string): readonly TimedPoint[] {
  const points = parseRecord(bodyOf(request), alias);
  if (points === undefined) throw badRequest("body", "must be alias=<alias>&<timestamp>=<value>…");
  for (const point of points) requireValueSize(point.alias, point.value);
  const timed = timePoints(points, stamps.now());
  if (!timed.ok) throw badRequest("timestamp", timed.problem);
  return timed.value;
}

function sequenceOf(request: FastifyRequest, count: number): SequenceRange | undefined {
  const header = headerOf(request, SEQUENCE_HEADER);
  if (header === undefined) return undefined;
  const sequence = parseSequence(header);
  if (!sequence.ok) throw badRequest(SEQUENCE_HEADER, `is ${header}: ${sequence.problem}`);
  if (sequence.value.last - sequence.value.first + 1 !== count) {
    throw badRequest(SEQUENCE_HEADER, `numbers other points than the ${count} of the body`);
  }
  return sequence.value;
}

function badRequest(field: string, problem: string): UsageError {
  return new UsageError("E_REQUEST", { field, problem });
}
