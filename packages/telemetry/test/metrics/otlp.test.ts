import { describe, expect, test } from "vitest";
import type { MetricFamily } from "../../src/metrics/family.ts";
import { inParts } from "../../src/metrics/in-parts.ts";
import { otlpRequest } from "../../src/metrics/otlp.ts";
import { parseMetrics } from "../../src/metrics/parse-text.ts";

const RESOURCE = {
  attributes: { "service.name": "gateway-engine" },
  scope: { name: "gateway-engine", version: "2.0.0" },
};
const AT = 1_795_400_000_123.5;
const NANO = "1795400000123500000";

function families(text: string): readonly MetricFamily[] {
  const parsed = parseMetrics(text, 10_000);
  if (!parsed.ok) throw new Error(parsed.problem.problem);
  return parsed.value;
}

function metricsOf(text: string): readonly unknown[] {
  const request = JSON.parse(otlpRequest(families(text), RESOURCE, AT));
  expect(request.resourceMetrics).toHaveLength(1);
  const [{ resource, scopeMetrics }] = request.resourceMetrics;
  expect(resource).toEqual({ attributes: [{ key: "service.name", value: { stringValue: "gateway-engine" } }] });
  expect(scopeMetrics).toMatchObject([{ scope: RESOURCE.scope }]);
  return scopeMetrics[0].metrics;
}

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

describe("a request of OTLP in JSON", () => {
  test("has a counter as a cumulative, monotonic sum", () => {
    expect(metricsOf('# HELP a_total All.\n# TYPE a_total counter\na_total{x="1"} 3\n')).toEqual([
      {
        name: "a_total",
        description: "All.",
        sum: {
          aggregationTemporality: 2,
          isMonotonic: true,
          dataPoints: [{ attributes: [attribute("x", "1")], timeUnixNano: NANO, asDouble: 3 }],
        },
      },
    ]);
  });

  test("has a gauge, and what has no type, as a gauge; what is no number as protobuf's JSON names it", () => {
    const point = (asDouble: unknown) => ({ attributes: [], timeUnixNano: NANO, asDouble });
    expect(metricsOf("# TYPE a gauge\na NaN\nb +Inf\nc -Inf\nd 1.5\n")).toEqual([
      { name: "a", description: "", gauge: { dataPoints: [point("NaN")] } },
      { name: "b", description: "", gauge: { dataPoints: [point("Infinity")] } },
      { name: "c", description: "", gauge: { dataPoints: [point("-Infinity")] } },
      { name: "d", description: "", gauge: { dataPoints: [point(1.5)] } },
    ]);
  });

  test("has the buckets of a histogram each by itself, and one more of them than bounds", () => {
    const text = `# TYPE h histogram
h_bucket{le="0.5",x="1"} 2
h_bucket{le="1",x="1"} 5
h_bucket{le="+Inf",x="1"} 9
h_sum{x="1"} 12.5
h_count{x="1"} 9
`;
    expect(metricsOf(text)).toEqual([
      {
        name: "h",
        description: "",
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [
            {
              attributes: [attribute("x", "1")],
              timeUnixNano: NANO,
              count: "9",
              sum: 12.5,
              bucketCounts: ["2", "3", "4"],
              explicitBounds: [0.5, 1],
            },
          ],
        },
      },
    ]);
  });

  test("has a summary with its quantiles", () => {
    expect(metricsOf('# TYPE s summary\ns{quantile="0.5"} 4\ns_sum 20\ns_count 6\n')).toMatchObject([
      { summary: { dataPoints: [{ count: "6", sum: 20, quantileValues: [{ quantile: 0.5, value: 4 }] }] } },
    ]);
  });
});

test.each([
  [[3, 3], 10, [[3, 3]]],
  [[6, 6], 10, [[6], [6]]],
  [[25], 10, [[10], [10], [5]]],
  [[], 10, []],
])("families of %j samples, %d at once, go as %j", (sizes, most, parts) => {
  const made = sizes.map((size, index): MetricFamily => {
    const samples = Array.from({ length: size }, (_, n) => ({ suffix: "", labels: { n: String(n) }, value: n }));
    return { name: `f${index}`, type: "gauge", help: "", samples };
  });
  const cut = inParts(made, most);
  expect(cut.map((part) => part.map(({ samples }) => samples.length))).toEqual(parts);
  const values = (list: readonly MetricFamily[]) => list.flatMap(({ samples }) => samples);
  expect(cut.flatMap(values)).toEqual(values(made));
});
