/** Values of a device's resources: write, read, record and the long poll. */
import { TransportError, UsageError } from "@gateway-engine/core/errors";
import {
  DEVICE_API_HEADERS,
  DEVICE_API_PATHS,
  encodeAliasRecord,
  encodeRecord,
  MAX_LONG_POLL_MS,
  parseRecordConflict,
  type RecordPoint,
} from "@gateway-engine/protocol/device-api";
import { encodeForm, encodeFormValue, parseForm } from "@gateway-engine/protocol/form";
import type { CallOptions, Exchange } from "./exchange.ts";

/** Alias and value; a value may hold any byte. */
export type AliasValue = readonly [alias: string, value: string | Uint8Array];

/** Conflict: the server has, or was given, points of one alias less than a second apart; none of those was stored. */
export type RecordOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "conflict"; readonly timestamps: ReadonlyMap<string, readonly string[]> };

export interface PollWait {
  /** How long the server is asked to wait, in milliseconds, at most MAX_LONG_POLL_MS. */
  readonly requestTimeoutMs: number;
  /** `lastModified` of the previous answer; without it the server waits for the next write from now on. */
  readonly modifiedSince?: string | undefined;
}

export type PollOutcome =
  | { readonly kind: "written"; readonly value: string; readonly lastModified: string | undefined }
  | { readonly kind: "not-modified" };

export async function write(exchange: Exchange, values: Iterable<AliasValue>, call: CallOptions): Promise<void> {
  const pairs = [...values];
  if (pairs.length === 0) return;
  const what = `a write of ${listed(pairs.map(([alias]) => alias))}`;
  await exchange.call({ method: "POST", path: DEVICE_API_PATHS.alias, body: encodeForm(pairs) }, call, what);
}

/** @returns the aliases that exist and have a value */
export async function read(
  exchange: Exchange,
  aliases: readonly string[],
  call: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const answer = await exchange.call(
    { method: "GET", path: pathReading(aliases) },
    call,
    `a read of ${listed(aliases)}`,
  );
  return valuesOf(answer.body);
}

/** Writes, then reads, in one request. */
export async function readWrite(
  exchange: Exchange,
  request: { readonly aliases: readonly string[]; readonly values: Iterable<AliasValue> },
  call: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const { aliases } = request;
  const body = encodeForm(request.values);
  const what = `a write and a read of ${listed(aliases)}`;
  const answer = await exchange.call({ method: "POST", path: pathReading(aliases), body }, call, what);
  return valuesOf(answer.body);
}

export async function record(
  exchange: Exchange,
  points: readonly RecordPoint[],
  call: CallOptions,
): Promise<RecordOutcome> {
  if (points.length === 0) return { kind: "ok" };
  return sendRecord(exchange, { path: DEVICE_API_PATHS.record, body: encodeRecord(points), points }, call);
}

export async function recordAlias(
  exchange: Exchange,
  history: { readonly alias: string; readonly points: readonly Omit<RecordPoint, "alias">[] },
  call: CallOptions,
): Promise<RecordOutcome> {
  if (history.points.length === 0) return { kind: "ok" };
  const path = `${DEVICE_API_PATHS.alias}/${encodeURIComponent(history.alias)}`;
  return sendRecord(exchange, { path, body: encodeAliasRecord(history.points), points: history.points }, call);
}

/** The server answers when the alias is written, or, after the time it was asked to wait, "not modified". */
export async function longPoll(
  exchange: Exchange,
  poll: PollWait & { readonly alias: string },
  call: CallOptions,
): Promise<PollOutcome> {
  const waitMs = Math.min(poll.requestTimeoutMs, MAX_LONG_POLL_MS);
  const headers = {
    [DEVICE_API_HEADERS.requestTimeout]: String(waitMs),
    ...(poll.modifiedSince === undefined ? {} : { "If-Modified-Since": poll.modifiedSince }),
  };
  const request = { method: "GET", path: pathReading([poll.alias]), headers, askedToWaitMs: waitMs } as const;
  const answer = await exchange.call(request, call, `a long poll of ${poll.alias}`, [304]);
  if (answer.status === 304 || answer.status === 204) return { kind: "not-modified" };
  const value = valuesOf(answer.body).get(poll.alias);
  if (value === undefined) {
    const problem = `its answer to a long poll of ${poll.alias} does not hold that alias`;
    throw new TransportError("E_RESPONSE_INVALID", { server: exchange.server, problem });
  }
  return { kind: "written", value, lastModified: answer.headers["last-modified"] };
}

async function sendRecord(
  exchange: Exchange,
  { path, body, points }: { readonly path: string; readonly body: string; readonly points: readonly Timestamped[] },
  call: CallOptions,
): Promise<RecordOutcome> {
  // The same point at the same time is one point; "so long ago" is another time whenever it arrives.
  const repeatable = !points.some(({ timestamp }) => timestamp.startsWith("-"));
  const request = { method: "POST", path, body, repeatable } as const;
  const answer = await exchange.call(request, call, "a record of past values", [409]);
  return answer.status === 409 ? { kind: "conflict", timestamps: parseRecordConflict(answer.body) } : { kind: "ok" };
}

type Timestamped = Pick<RecordPoint, "timestamp">;

/** @throws UsageError when there is nothing to read */
export function pathReading(aliases: readonly string[]): string {
  if (aliases.length === 0) throw new UsageError("E_USAGE", { problem: "a read needs at least one alias" });
  return `${DEVICE_API_PATHS.alias}?${aliases.map(encodeFormValue).join("&")}`;
}

function valuesOf(body: string): ReadonlyMap<string, string> {
  return new Map(parseForm(body).map(({ name, value }) => [name, value]));
}

function listed(aliases: readonly string[]): string {
  return aliases.length <= 3 ? aliases.join(", ") : `${aliases.slice(0, 3).join(", ")} and ${aliases.length - 3} more`;
}
