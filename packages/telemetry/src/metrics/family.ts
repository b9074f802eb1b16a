/** What a metric is, whoever writes or reads it. @see docs/reference/metrics.md */

export const METRIC_TYPES = ["counter", "gauge", "histogram", "summary", "untyped"] as const;

export type MetricType = (typeof METRIC_TYPES)[number];

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** `_bucket`, `_sum`, `_count` of a histogram or a summary; otherwise empty. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

/** All samples of one name. */
export interface MetricFamily {
  readonly name: string;
  readonly type: MetricType;
  /** One sentence for a person; may be empty. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** A family of samples without suffixes. */
export function family(
  type: "counter" | "gauge",
  name: string,
  help: string,
  samples: readonly (readonly [labels: Labels, value: number | undefined])[],
): MetricFamily {
  const known = samples.flatMap(([labels, value]) => (value === undefined ? [] : [{ suffix: "", labels, value }]));
  return { name, type, help, samples: known };
}

/** A family of one sample without labels; of none when the value is not known. */
export function single(type: "counter" | "gauge", name: string, help: string, value: number | undefined): MetricFamily {
  return family(type, name, help, [[{}, value]]);
}

/** The same for two samples means that they are one series. */
export function seriesKey({ name }: Pick<MetricFamily, "name">, { suffix, labels }: Sample): string {
  const pairs = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([name + suffix, ...pairs]);
}
