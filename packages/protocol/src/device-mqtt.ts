/**
 * What travels over MQTT between a device and its server: topics, and the payload of a batch.
 *
 * Subscriptions are implied: the server sends a device what is written to its resources without being asked.
 *
 * @see docs/reference/device-api-mqtt.md
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";

/** An empty message to `$provision/<identity>`, without a login, asks for a token, which comes back as a message. */
export const PROVISION_TOPIC = "$provision";
/** `$resource/<alias>` writes; `$resource/<alias>/<microseconds>` is what was written by the cloud side. */
export const RESOURCE_TOPIC = "$resource";
/** Values with their own times. */
export const BATCH_TOPIC = "$resource.batch";

export const MQTT_TLS_PORT = 8883;

export function provisionTopic(identity: string): string {
  return `${PROVISION_TOPIC}/${identity}`;
}

export function resourceTopic(alias: string): string {
  return `${RESOURCE_TOPIC}/${alias}`;
}

/** Whether a topic may hold `name` as one of its levels. */
export function isTopicLevel(name: string): boolean {
  return name !== "" && !/[+#/\x00]/.test(name) && name.length <= 1024;
}

/** The topic of a write from the cloud side, `$resource/<alias>/<microseconds>`. */
export function parseWriteTopic(topic: string): { readonly alias: string; readonly atMicros: number } | undefined {
  const [prefix, alias = "", micros = "", ...rest] = topic.split("/");
  if (prefix !== RESOURCE_TOPIC || alias === "" || !/^\d{1,16}$/.test(micros) || rest.length > 0) return undefined;
  return { alias, atMicros: Number(micros) };
}

/** One value of a batch. JSON carries text only: a value that is not UTF-8 has to be written on its own. */
export interface BatchPoint {
  readonly alias: string;
  readonly value: string;
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly atMicros: number;
}

/** Exosite's documentation writes seconds; its own client library, which needed fractions, sends microseconds. */
export type BatchUnit = "microseconds" | "seconds";

/**
 * The payload of a batch: `[{"timestamp":1538080072997000,"values":{"temperature":"21.5"}}]`.
 *
 * The order of the points is kept. Neighbours of one time share an entry, unless they have one alias.
 */
export function encodeBatch(points: readonly BatchPoint[], unit: BatchUnit = "microseconds"): string {
  const entries: { readonly atMicros: number; readonly values: Map<string, string> }[] = [];
  for (const { alias, value, atMicros } of points) {
    const last = entries.at(-1);
    if (last !== undefined && last.atMicros === atMicros && !last.values.has(alias)) last.values.set(alias, value);
    else entries.push({ atMicros, values: new Map([[alias, value]]) });
  }
  return `[${entries.map(({ atMicros, values }) => `{"timestamp":${formatTime(atMicros, unit)},"values":{${formatValues(values)}}}`).join(",")}]`;
}

/** Reads the payload of a batch, as a server does. A value that is not text is taken as the JSON that it was written as. */
export function parseBatch(payload: string): Result<readonly BatchPoint[], string> {
  let entries: unknown;
  try {
    entries = JSON.parse(payload);
  } catch {
    return fail("it is not JSON");
  }
  if (!Array.isArray(entries)) return fail("it is not a list");
  const points: BatchPoint[] = [];
  for (const entry of entries as readonly unknown[]) {
    const { timestamp, values } = (entry ?? {}) as { readonly timestamp?: unknown; readonly values?: unknown };
    if (typeof timestamp !== "number" || typeof values !== "object" || values === null) {
      return fail('an entry is not {"timestamp": <number>, "values": {<alias>: <value>}}');
    }
    for (const [alias, value] of Object.entries(values)) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      points.push({ alias, value: text, atMicros: toMicros(timestamp) });
    }
  }
  return ok(points);
}

function formatTime(atMicros: number, unit: BatchUnit): string {
  return unit === "microseconds" ? String(atMicros) : String(atMicros / 1_000_000);
}

function formatValues(values: ReadonlyMap<string, string>): string {
  return Array.from(values, ([alias, value]) => `${JSON.stringify(alias)}:${JSON.stringify(value)}`).join(",");
}

/** Seconds, fractions allowed, up to the year 5138, and microseconds from 1970-01-02 on: no number is both. */
function toMicros(timestamp: number): number {
  return Math.round(timestamp < LEAST_MICROS ? timestamp * 1_000_000 : timestamp);
}

const LEAST_MICROS = 100_000_000_000;
