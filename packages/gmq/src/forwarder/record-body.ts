/**
 * Queued messages as points of the record API. Names and values move over as the raw text that was received,
 * one character a byte, so that the server decodes exactly what the client encoded.
 */
import { decodeFormText, encodeFormValue, splitFormBytes } from "@gateway-engine/protocol/form";
import type { QueuedMessage } from "../spool/message.ts";
import { correctTimestamp } from "../spool/time/correct-timestamp.ts";

export interface RawPoint {
  /** As it stands in the form, still encoded. */
  readonly alias: string;
  /** Seconds since 1970. */
  readonly timestamp: string;
  /** As it stands in the form, still encoded. */
  readonly value: string;
}

export function pointsOf(message: QueuedMessage): readonly RawPoint[] {
  const pairs = splitFormBytes(message.body);
  const [only] = pairs;
  if (message.kind === "write" && pairs.length === 1 && only !== undefined) {
    return [{ alias: only.name, timestamp: formatMicroseconds(message.at), value: only.value ?? "" }];
  }
  if (message.kind === "record") {
    const alias = encodeFormValue(message.alias);
    return pairs.map(({ name, value = "" }) => {
      return { alias, timestamp: correctTimestamp(decodeFormText(name), message.correction), value };
    });
  }
  const repeats = new Map<string, number>();
  return pairs.map(({ name, value = "" }) => {
    const alias = decodeFormText(name);
    const repeat = repeats.get(alias) ?? 0;
    repeats.set(alias, repeat + 1);
    return { alias: name, timestamp: formatMicroseconds(message.at + repeat), value };
  });
}

/** The body of `POST /onep:v1/stack/record`. */
export function formatRecordBody(points: readonly RawPoint[]): Uint8Array {
  const parts: string[] = [];
  let current: string | undefined;
  for (const { alias, timestamp, value } of points) {
    if (alias !== current) parts.push(`alias=${alias}`);
    current = alias;
    parts.push(`${timestamp}=${value}`);
  }
  return Buffer.from(parts.join("&"), "latin1");
}

/** The body of the older `POST /onep:v1/stack/alias/<alias>`. */
export function formatAliasRecordBody(points: readonly Pick<RawPoint, "timestamp" | "value">[]): Uint8Array {
  return Buffer.from(points.map(({ timestamp, value }) => `${timestamp}=${value}`).join("&"), "latin1");
}

/** The body of a plain write, `POST /onep:v1/stack/alias`. */
export function formatWriteBody(points: readonly Pick<RawPoint, "alias" | "value">[]): Uint8Array {
  return Buffer.from(points.map(({ alias, value }) => `${alias}=${value}`).join("&"), "latin1");
}

/** Microseconds since 1970 as seconds: `1408088308.123456`. */
export function formatMicroseconds(at: number): string {
  return `${Math.floor(at / 1_000_000)}.${String(at % 1_000_000).padStart(6, "0")}`;
}
