/**
 * The client of the Device API: what a device, a gateway or a queue calls on its server.
 *
 * Every call throws AuthenticationError E_NOT_ACTIVATED when the CIK is not (or no longer) accepted, TransportError when the
 * line or the server failed (`isRetryable`; `retryAfterMs` says what the server asked for), or was asked for something it
 * refuses (E_REFUSED), and CancelledError when `signal` aborts.
 *
 * @see docs/reference/device-api.md
 */
import type { ContentInfo, DeviceIdentity, RecordPoint } from "@gateway-engine/protocol/device-api";
import { parseRetryAfterMs } from "@gateway-engine/protocol/device-api";
import { activate, type PlainIdentity } from "./activation.ts";
import { type ContentRange, type ContentStream, contentInfo, listContent, openContent } from "./content.ts";
import { type CallOptions, type DeviceClientOptions, Exchange } from "./exchange.ts";
import { timestamp } from "./timestamp.ts";
import {
  type AliasValue,
  longPoll,
  type PollOutcome,
  type PollWait,
  type RecordOutcome,
  read,
  readWrite,
  record,
  recordAlias,
  write,
} from "./values.ts";

export type { ContentInfo, DeviceIdentity, RecordPoint } from "@gateway-engine/protocol/device-api";
export type { PlainIdentity } from "./activation.ts";
export type { ContentRange, ContentStream } from "./content.ts";
export type { CallOptions, DeviceClientOptions } from "./exchange.ts";
export type { AliasValue, PollOutcome, PollWait, RecordOutcome } from "./values.ts";

export interface DeviceClient {
  /** Trades an identity for a CIK. @throws AuthenticationError E_ACTIVATION_REFUSED */
  activate(identity: DeviceIdentity | PlainIdentity, call: CallOptions): Promise<string>;
  /** All values get the server's time of receipt. Aliases that the server does not know are ignored by it. */
  write(values: Iterable<AliasValue>, call: CallOptions): Promise<void>;
  /** @returns the newest value of each alias that exists and has one */
  read(aliases: readonly string[], call: CallOptions): Promise<ReadonlyMap<string, string>>;
  /** Writes `values`, then reads `aliases`, in one request. */
  readWrite(
    aliases: readonly string[],
    values: Iterable<AliasValue>,
    call: CallOptions,
  ): Promise<ReadonlyMap<string, string>>;
  /** Writes values of the past, of any number of aliases. */
  record(points: readonly RecordPoint[], call: CallOptions): Promise<RecordOutcome>;
  /** The older form, for one alias. */
  recordAlias(alias: string, points: readonly Omit<RecordPoint, "alias">[], call: CallOptions): Promise<RecordOutcome>;
  /** Waits on the server until `alias` is written. The client's time limit begins after the server's. */
  longPoll(alias: string, wait: PollWait, call: CallOptions): Promise<PollOutcome>;
  /** The server's clock, in seconds since 1970. */
  timestamp(call: CallOptions): Promise<number>;
  /** Ids of what is in the product's content area. */
  listContent(product: string, call: CallOptions): Promise<readonly string[]>;
  /** @returns undefined when there is no such content */
  contentInfo(product: string, id: string, call: CallOptions): Promise<ContentInfo | undefined>;
  /** A content or a part of it. @throws InstallError E_CONTENT_MISSING */
  openContent(product: string, id: string, range: ContentRange, call: CallOptions): Promise<ContentStream>;
  /** POSTs a body byte for byte, for a queue that forwards what it was given. Every status is an answer, not an error. */
  send(request: RawRequest, call: CallOptions): Promise<RawAnswer>;
}

export interface RawRequest {
  /** Path and query, for example `/onep:v1/stack/alias`. */
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the server may get the request twice without harm, as one whose points are numbered; false unless told. */
  readonly repeatable?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  /** At most MAX_RAW_ANSWER_BYTES long. */
  readonly body: string;
  /** How long the server asks to wait before the next try, if it does. */
  readonly retryAfterMs: number | undefined;
}

const MAX_RAW_ANSWER_BYTES = 1_048_576;

export function createDeviceClient(options: DeviceClientOptions): DeviceClient {
  const exchange = new Exchange(options);
  return {
    activate: (identity, call) => activate(exchange, identity, call),
    write: (values, call) => write(exchange, values, call),
    read: (aliases, call) => read(exchange, aliases, call),
    readWrite: (aliases, values, call) => readWrite(exchange, { aliases, values }, call),
    record: (points, call) => record(exchange, points, call),
    recordAlias: (alias, points, call) => recordAlias(exchange, { alias, points }, call),
    longPoll: (alias, wait, call) => longPoll(exchange, { ...wait, alias }, call),
    timestamp: (call) => timestamp(exchange, call),
    listContent: (product, call) => listContent(exchange, product, call),
    contentInfo: (product, id, call) => contentInfo(exchange, { product, id }, call),
    openContent: (product, id, range, call) => openContent(exchange, { product, id, range }, call),
    send: (request, call) => send(exchange, request, call),
  };
}

async function send(exchange: Exchange, request: RawRequest, call: CallOptions): Promise<RawAnswer> {
  const response = await exchange.send({ method: "POST", ...request }, call);
  return {
    status: response.status,
    body: await response.text(MAX_RAW_ANSWER_BYTES),
    retryAfterMs: parseRetryAfterMs(response.headers),
  };
}
