import type { Labels, MetricFamily, Sample } from "./family.ts";

/** What a server that reads metrics is told. */
export const TEXT_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Metrics in the text format 0.0.4 of Prometheus. A family without samples is left out.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function formatMetrics(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(formatFamily)
    .join("");
}

function formatFamily({ name, type, help, samples }: MetricFamily): string {
  const about = help === "" ? "" : `# HELP ${name} ${escaped(help)}\n`;
  return `${about}# TYPE ${name} ${type}\n${samples.map((sample) => formatSample(name, sample)).join("")}`;
}

function formatSample(name: string, { suffix, labels, value }: Sample): string {
  return `${name}${suffix}${formatLabels(labels)} ${formatNumber(value)}\n`;
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return String(value);
}
