/**
 * The Device API on the wire: paths, headers, limits and the record codecs, for servers and clients alike.
 *
 * @see docs/reference/device-api.md
 */
import { decodeFormBytes, decodeFormText, encodeFormValue, parseForm, splitForm } from "./form.ts";

export const DEVICE_API_PATHS = {
  timestamp: "/timestamp",
  activate: "/provision/activate",
  content: "/provision/download",
  alias: "/onep:v1/stack/alias",
  record: "/onep:v1/stack/record",
} as const;

/** Header names as they are sent; HTTP compares them without regard to case. */
export const DEVICE_API_HEADERS = {
  cik: "X-Exosite-CIK",
  /** `<vendor> <model> <serial>`: authorises a request to the local queue. */
  vms: "X-Exosite-VMS",
  requestTimeout: "Request-Timeout",
} as const;

export const FORM_CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8";

/** Longest long poll that a client may ask for, in milliseconds. */
export const MAX_LONG_POLL_MS = 300_000;

/** Largest value of one resource, in bytes. */
export const MAX_VALUE_BYTES = 1_048_576;

export function isCik(text: string): boolean {
  return /^[\x21-\x7e]{40}$/.test(text);
}

/** Who a device is: vendor, model and serial number. On Murano vendor and model are both the product id. */
export interface DeviceIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
}

/** Reads the header `X-Exosite-VMS: <vendor> <model> <serial>`. The serial number is all that follows, so it may hold spaces. */
export function parseVms(header: string): DeviceIdentity | undefined {
  const match = /^\s*(\S+)\s+(\S+)\s+(\S(?:.*\S)?)\s*$/.exec(header);
  if (match === null) return undefined;
  return { vendor: match[1] ?? "", model: match[2] ?? "", serial: match[3] ?? "" };
}

export function formatVms(identity: DeviceIdentity): string {
  return `${identity.vendor} ${identity.model} ${identity.serial}`;
}

/** One historical value. */
export interface RecordPoint<Value = string | Uint8Array> {
  readonly alias: string;
  /** Seconds since 1970 as the client wrote them, fraction and all: `1408088308`, `1408088308.25`. Negative: that long ago. */
  readonly timestamp: string;
  readonly value: Value;
}

/** Writes the body of `POST /onep:v1/stack/record`: `alias=<alias>&<ts>=<value>…`; points of one alias in a row share its name. */
export function encodeRecord(points: readonly RecordPoint[]): string {
  const parts: string[] = [];
  let current: string | undefined;
  for (const point of points) {
    if (point.alias !== current) parts.push(`alias=${encodeFormValue(point.alias)}`);
    current = point.alias;
    parts.push(`${point.timestamp}=${encodeFormValue(point.value)}`);
  }
  return parts.join("&");
}

/** Writes the body of the older `POST /onep:v1/stack/alias/<alias>`: `<ts>=<value>&…`. */
export function encodeAliasRecord(points: readonly Omit<RecordPoint, "alias">[]): string {
  return points.map(({ timestamp, value }) => `${timestamp}=${encodeFormValue(value)}`).join("&");
}

/**
 * Reads the body of `POST /onep:v1/stack/record`, or of the older `POST /onep:v1/stack/alias/<alias>` when `alias` is given.
 *
 * @returns the points in order, or undefined when a part is neither `alias=` nor `<timestamp>=<value>`
 */
export function parseRecord(body: string | Uint8Array, alias?: string): readonly RecordPoint<Uint8Array>[] | undefined {
  const points: RecordPoint<Uint8Array>[] = [];
  let current = alias;
  for (const { name, value } of splitForm(body)) {
    if (value === undefined) return undefined;
    if (name === "alias" && alias === undefined) {
      current = decodeFormText(value);
    } else {
      const timestamp = decodeFormText(name);
      if (current === undefined || !/^-?\d{1,12}(\.\d{1,9})?$/.test(timestamp)) return undefined;
      points.push({ alias: current, timestamp, value: decodeFormBytes(value) });
    }
  }
  return points;
}

/** A moment in a header: seconds since 1970, or an HTTP date. @returns seconds since 1970 */
export function parseEpochOrHttpDate(text: string): number | undefined {
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Number(text);
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed / 1000;
}

/**
 * What an answer's header Retry-After asks for: seconds, or an HTTP date, which is compared with the answer's own Date.
 *
 * @param headers names in lower case
 * @returns milliseconds, or undefined when it asks for nothing
 */
export function parseRetryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const asked = headers["retry-after"];
  if (asked === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(asked)) return Number(asked) * 1000;
  const wait = Date.parse(asked) - Date.parse(headers["date"] ?? "");
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** Reads the body of a 409 to a record: `<alias>=<timestamp>[,<timestamp>…]&…`. */
export function parseRecordConflict(body: string): ReadonlyMap<string, readonly string[]> {
  const conflicts = new Map<string, string[]>();
  for (const { name, value } of parseForm(body)) {
    const timestamps = value.split(",").filter((timestamp) => timestamp !== "");
    conflicts.set(name, [...(conflicts.get(name) ?? []), ...timestamps]);
  }
  return conflicts;
}

/** What the content area says of one content. */
export interface ContentInfo {
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970 of the last change, as the server wrote them. */
  readonly updated: string;
  readonly meta: string;
}

/** Writes the answer to `info=true`: `<type>,<size>,<updated>,<meta>`. */
export function formatContentInfo(info: ContentInfo): string {
  return `${info.type},${info.size},${info.updated},${info.meta}`;
}

/** Reads the answer to `info=true`. A comma may stand in the meta text, which is last. */
export function parseContentInfo(body: string): ContentInfo | undefined {
  const match = /^([^,\r\n]*),\s*(\d{1,15})\s*,\s*([^,\r\n]*?)\s*(?:,([^\r\n]*))?\r?\n?$/.exec(body);
  if (match === null) return undefined;
  return { type: match[1] ?? "", size: Number(match[2]), updated: match[3] ?? "", meta: match[4] ?? "" };
}

/** The header Content-Range: `bytes <first>-<last>/<total>`; a total of `*` is unknown. */
export function parseContentRange(
  header: string | undefined,
): { readonly first: number; readonly last: number; readonly total: number | undefined } | undefined {
  const match = /^\s*bytes\s+(\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)\s*$/i.exec(header ?? "");
  if (match === null) return undefined;
  return { first: Number(match[1]), last: Number(match[2]), total: match[3] === "*" ? undefined : Number(match[3]) };
}
