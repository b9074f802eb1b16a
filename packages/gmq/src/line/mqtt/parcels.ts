/**
 * A batch as MQTT messages, in order. A batch message is JSON, so it holds text only; a value that is not UTF-8 goes by
 * itself and gets the server's time of receipt, which is right for a fresh write only.
 */
import type { BatchPoint } from "@gateway-engine/device-client/mqtt/session";
import { decodeFormBytes } from "@gateway-engine/protocol/form";
import type { Batch } from "../../forwarder/batch.ts";
import type { Outcome } from "../../forwarder/outcome.ts";
import type { NumberedPoint } from "../../forwarder/taken.ts";
import { splitByFreshness } from "../freshness.ts";

export type Parcel =
  | { readonly kind: "batch"; readonly batch: readonly BatchPoint[]; readonly points: readonly NumberedPoint[] }
  | {
      readonly kind: "bytes";
      readonly alias: string;
      readonly value: Uint8Array;
      readonly points: readonly NumberedPoint[];
    }
  /** Cannot be sent with its own time, and must not be with another. */
  | { readonly kind: "stale-bytes"; readonly points: readonly NumberedPoint[] };

export const NO_TEXT: Outcome = {
  kind: "rejected",
  reason: "the value is not text in UTF-8, and such a value cannot travel over MQTT with its time",
};

/** @param points of the batch; @param now milliseconds since 1970 */
export function parcelsOf(batch: Batch, points: readonly NumberedPoint[], now: number): readonly Parcel[] {
  const fresh = new Set(splitByFreshness(batch, points, now).fresh);
  const parcels: Parcel[] = [];
  let run: { readonly point: NumberedPoint; readonly sent: BatchPoint }[] = [];
  const endRun = () => {
    if (run.length === 0) return;
    parcels.push({ kind: "batch", batch: run.map(({ sent }) => sent), points: run.map(({ point }) => point) });
    run = [];
  };
  for (const point of points) {
    const bytes = decodeFormBytes(point.value);
    const text = decodeText(bytes);
    if (text !== undefined) {
      const atMicros = Math.round(Number(point.timestamp) * 1_000_000);
      run.push({ point, sent: { alias: point.name, value: text, atMicros } });
      continue;
    }
    endRun();
    parcels.push(
      fresh.has(point)
        ? { kind: "bytes", alias: point.name, value: bytes, points: [point] }
        : { kind: "stale-bytes", points: [point] },
    );
  }
  endRun();
  return parcels;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
