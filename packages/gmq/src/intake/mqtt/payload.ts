/** Payloads as they go into the queue. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { encodeAliasRecord } from "@gateway-engine/protocol/device-api";
import { parseBatch } from "@gateway-engine/protocol/device-mqtt";
import { encodeForm } from "@gateway-engine/protocol/form";
import type { Submission } from "../../spool/message.ts";
import { parseRecordOf, parseWrite } from "../parse-submission.ts";
import type { Worth } from "../worth.ts";

/** The payload is the value. It is no longer than a value may be. */
export function valueSubmission(alias: string, payload: Uint8Array, { priority, ttlMs }: Worth): Submission {
  return { kind: "write", alias: "", body: encodeForm([[alias, payload]]), points: 1, span: 1, priority, ttlMs };
}

/**
 * Each key of a JSON object is a value: a text as it is, anything else as JSON, and null is none.
 *
 * @param nameOf the alias of a key
 * @returns one write, or none when the object holds nothing
 */
export function jsonSubmissions(
  payload: Uint8Array,
  nameOf: (key: string) => string,
  { priority, ttlMs }: Worth,
): Result<readonly Submission[], string> {
  const object = parseJson(payload);
  if (typeof object !== "object" || object === null || Array.isArray(object)) return fail("it is no JSON object");
  const pairs = Object.entries(object as Readonly<Record<string, unknown>>).flatMap(([key, value]) =>
    value === null ? [] : [[nameOf(key), typeof value === "string" ? value : JSON.stringify(value)] as const],
  );
  if (pairs.length === 0) return ok([]);
  const write = parseWrite(encodeForm(pairs));
  return write.ok ? ok([{ ...write.value, priority, ttlMs }]) : fail(write.problem.problem);
}

/** `[{"timestamp": …, "values": {<alias>: <value>}}]`: a record for each alias. */
export function batchSubmissions(
  payload: Uint8Array,
  { priority, ttlMs }: Worth,
): Result<readonly Submission[], string> {
  const batch = parseBatch(Buffer.from(payload).toString("utf8"));
  if (!batch.ok) return batch;
  const submissions: Submission[] = [];
  for (const [alias, points] of Map.groupBy(batch.value, (point) => point.alias)) {
    if (points.some(({ atMicros }) => atMicros < 0)) return fail("a timestamp is below 0");
    const body = encodeAliasRecord(
      points.map(({ atMicros, value }) => ({ timestamp: (atMicros / 1_000_000).toFixed(6), value })),
    );
    const record = parseRecordOf(alias, body, 0);
    if (!record.ok) return fail(record.problem.problem);
    submissions.push({ ...record.value, priority, ttlMs });
  }
  return ok(submissions);
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString("utf8"));
  } catch {
    return undefined;
  }
}
