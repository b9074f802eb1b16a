/** Metrics as OpenTelemetry has them: `ExportMetricsServiceRequest` of OTLP 1, in its JSON encoding. */
import type { Labels, MetricFamily, Sample } from "./family.ts";
import { otlpHistogram, otlpSummary } from "./otlp-distributions.ts";
import { toAttributes, toDouble } from "./otlp-values.ts";

export interface OtlpResource {
  /** For example `service.name`. */
  readonly attributes: Labels;
  /** Of the program that measured. */
  readonly scope: { readonly name: string; readonly version: string };
}

/**
 * The text of one request.
 *
 * @param at milliseconds since 1970
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function otlpRequest(
  families: readonly MetricFamily[],
  { attributes, scope }: OtlpResource,
  at: number,
): string {
  const timeUnixNano = unixNano(at);
  const metrics = families
    .filter(({ samples }) => samples.length > 0)
    .map((family) => ({ name: family.name, description: family.help, ...dataOf(family, timeUnixNano) }));
  const resource = { attributes: toAttributes(attributes) };
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] });
}

function dataOf(family: MetricFamily, timeUnixNano: string): object {
  switch (family.type) {
    case "histogram":
      return {
        histogram: { aggregationTemporality: CUMULATIVE, dataPoints: otlpHistogram(family.samples, timeUnixNano) },
      };
    case "summary":
      return { summary: { dataPoints: otlpSummary(family.samples, timeUnixNano) } };
    case "counter":
      return {
        sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints: points(family, timeUnixNano) },
      };
    case "gauge":
    case "untyped":
      return { gauge: { dataPoints: points(family, timeUnixNano) } };
  }
}

function points({ samples }: MetricFamily, timeUnixNano: string): readonly object[] {
  return samples.map(({ labels, value }: Sample) => ({
    attributes: toAttributes(labels),
    timeUnixNano,
    asDouble: toDouble(value),
  }));
}

/** 64 bits do not fit into a number of JSON. */
function unixNano(at: number): string {
  return String(BigInt(Math.round(at * 1000)) * 1000n);
}

/** AGGREGATION_TEMPORALITY_CUMULATIVE: counted since a start, not since the last time. */
const CUMULATIVE = 2;
