/** Histograms and summaries: many samples of Prometheus are one data point of OpenTelemetry. */
import type { Labels, Sample } from "./family.ts";
import { toAttributes, toDouble } from "./otlp-values.ts";

/** Buckets that count all that is below a bound become buckets that count what is between two. */
export function otlpHistogram(samples: readonly Sample[], timeUnixNano: string): readonly object[] {
  return bySeries(samples, "le").map(({ labels, parts, sum, count }) => {
    const buckets = parts.toSorted((one, other) => one.at - other.at);
    const explicitBounds = buckets.map(({ at }) => at).filter(Number.isFinite);
    const below = explicitBounds.map((_, index) => buckets[index]?.value ?? 0);
    const total = count ?? buckets.at(-1)?.value ?? 0;
    const bucketCounts = [...below, total].map((upTo, index) => String(Math.max(0, upTo - (below[index - 1] ?? 0))));
    return {
      attributes: toAttributes(labels),
      timeUnixNano,
      count: String(total),
      ...(sum === undefined ? {} : { sum: toDouble(sum) }),
      bucketCounts,
      explicitBounds,
    };
  });
}

export function otlpSummary(samples: readonly Sample[], timeUnixNano: string): readonly object[] {
  return bySeries(samples, "quantile").map(({ labels, parts, sum, count }) => ({
    attributes: toAttributes(labels),
    timeUnixNano,
    count: String(count ?? 0),
    sum: toDouble(sum ?? 0),
    quantileValues: parts.map(({ at, value }) => ({ quantile: at, value: toDouble(value) })),
  }));
}

interface Distribution {
  readonly labels: Labels;
  /** The values at each bound, or quantile. */
  readonly parts: { readonly at: number; readonly value: number }[];
  sum?: number;
  count?: number;
}

function bySeries(samples: readonly Sample[], bound: "le" | "quantile"): readonly Distribution[] {
  const series = new Map<string, Distribution>();
  for (const { suffix, labels: all, value } of samples) {
    const { [bound]: at, ...labels } = all;
    const key = JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));
    const distribution = series.get(key) ?? { labels, parts: [] };
    series.set(key, distribution);
    if (suffix === "_sum") distribution.sum = value;
    else if (suffix === "_count") distribution.count = value;
    else distribution.parts.push({ at: at === "+Inf" ? Number.POSITIVE_INFINITY : Number(at), value });
  }
  return [...series.values()];
}
