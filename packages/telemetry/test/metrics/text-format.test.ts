import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { METRIC_TYPES, type MetricFamily } from "../../src/metrics/family.ts";
import { parseMetrics } from "../../src/metrics/parse-text.ts";
import { formatMetrics } from "../../src/metrics/write-text.ts";
import { brokenRules } from "./conformance.ts";

const families = (text: string) => {
  const parsed = parseMetrics(text, 100);
  if (!parsed.ok) throw new Error(`line ${parsed.problem.line}: ${parsed.problem.problem}`);
  return parsed.value;
};

/** The example of the specification, without its times. */
const EXAMPLE = String.raw`# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027
http_requests_total{method="post",code="400"}    3

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf

# A histogram, which has a pretty complex representation in the text format:
# HELP http_request_duration_seconds A histogram of the request duration.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320

# Finally a summary, which has a complex representation, too:
# HELP rpc_duration_seconds A summary of the RPC duration in seconds.
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.01"} 3102
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
`;

describe("reading", () => {
  test("takes the specification's own example", () => {
    const read = families(EXAMPLE);
    expect(read.map(({ name, type, samples }) => [name, type, samples.length])).toEqual([
      ["http_requests_total", "counter", 2],
      ["msdos_file_access_time_seconds", "untyped", 1],
      ["metric_without_timestamp_and_labels", "untyped", 1],
      ["something_weird", "untyped", 1],
      ["http_request_duration_seconds", "histogram", 4],
      ["rpc_duration_seconds", "summary", 3],
    ]);
    expect(read[1]?.samples[0]).toEqual({
      suffix: "",
      labels: { path: "C:\\DIR\\FILE.TXT", error: 'Cannot find file:\n"FILE.TXT"' },
      value: 1_458_255_915,
    });
    expect(read[4]?.samples[1]).toEqual({ suffix: "_bucket", labels: { le: "+Inf" }, value: 144_320 });
  });

  test.each([
    ["a 1", 1],
    ["a\t-2.5e3", -2500],
    ["  a{} .5\r\n", 0.5],
    ['a{ x = "1" , } 7', 7],
    ["a -Inf", Number.NEGATIVE_INFINITY],
    ["a NaN", Number.NaN],
    ["# a comment\n#\n# HELP\na 1", 1],
  ])("%j has the value %d", (text, value) => {
    expect(families(text)[0]?.samples[0]?.value).toBe(value);
  });

  test.each([
    ["1a 1", 1, "name of a metric"],
    ["a", 1, "is no number"],
    ["a 1,5", 1, "is no number"],
    ["a 0x10", 1, "is no number"],
    ["a 1 1395066363000", 1, "a time"],
    ["a{x=1} 1", 1, 'name="value"'],
    ['a{x="1} 1', 1, 'name="value"'],
    ['a{x="1"y="2"} 1', 1, "commas"],
    ['a{x="1",x="2"} 1', 1, "there twice"],
    [String.raw`a{x="\t"} 1`, 1, "backslash"],
    ['a{x-y="1"} 1', 1, 'name="value"'],
    ["a 1\na 2", 2, "two values with the same labels"],
    ['a{x="1",y="2"} 1\na{y="2",x="1"} 2', 2, "two values with the same labels"],
    ['a 1\nb 1\na{x="1"} 1', 3, "do not stand together"],
    ["a 1\n# TYPE a gauge", 2, "after its first value"],
    ["# TYPE a gauge\n# TYPE a gauge", 2, "second TYPE"],
    ["# HELP a x\n# HELP a y", 2, "second HELP"],
    ["# TYPE a number", 1, "must be one of"],
    ["# TYPE a histogram\na 1", 2, "without _bucket"],
    ["# TYPE a histogram\na_bucket 1", 2, "label le"],
    ["# TYPE a summary\na 1", 2, "label quantile"],
  ])("%j is refused at line %d, since: %s", (text, line, problem) => {
    expect(parseMetrics(text, 100)).toEqual({
      ok: false,
      problem: { line, problem: expect.stringContaining(problem) },
    });
  });

  test("stops at the number of values that are allowed", () => {
    expect(parseMetrics("a 1\nb 1\n", 2).ok).toBe(true);
    expect(parseMetrics("a 1\nb 1\nc 1\n", 2)).toMatchObject({ ok: false, problem: { line: 3 } });
  });

  test("ends for every text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseMetrics(text, 100)));
    const line = fc.constantFrom(...'#HELP TYPE a_bucket{le="+Inf"} 1\\n\n'.split(""));
    fc.assert(fc.property(fc.array(line), (chars) => void parseMetrics(chars.join(""), 100)));
  });
});

const label = fc.tuple(fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/), fc.string({ unit: "binary-ascii" }));
// Without -0, which is written as 0.
const value = fc.oneof(fc.double(), fc.integer()).map((number) => number + 0);
const plain: fc.Arbitrary<MetricFamily> = fc.record({
  // Names of histograms' parts would belong to those.
  name: fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9:]{0,8}$/),
  type: fc.constantFrom(...METRIC_TYPES.filter((type) => type !== "histogram" && type !== "summary")),
  help: fc.string({ unit: "binary-ascii" }),
  samples: fc.uniqueArray(
    fc.record({
      suffix: fc.constant(""),
      labels: fc.array(label, { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs)),
      value,
    }),
    { minLength: 1, selector: ({ labels }) => JSON.stringify(Object.entries(labels).toSorted()) },
  ),
});
const all = fc.uniqueArray(plain, { maxLength: 4, selector: ({ name }) => name });

describe("writing", () => {
  test("keeps every rule of the format, whatever is in names, labels and helps", () => {
    fc.assert(
      fc.property(all, (written) => {
        expect(brokenRules(formatMetrics(written))).toEqual([]);
      }),
    );
  });

  test("what is written is read back, but for blanks around a help", () => {
    const trimmed = ({ help, ...rest }: MetricFamily) => ({ ...rest, help: help.replaceAll(/^[ \t]+|[ \t\r]+$/g, "") });
    fc.assert(
      fc.property(all, (written) => {
        const parsed = parseMetrics(formatMetrics(written), 1e6);
        expect(parsed.ok && parsed.value.map(trimmed)).toEqual(written.map(trimmed));
      }),
    );
  });

  test("the example is written as it was read, and keeps the rules", () => {
    const text = formatMetrics(families(EXAMPLE));
    expect(brokenRules(text)).toEqual([]);
    expect(formatMetrics(families(text))).toBe(text);
    expect(text).toContain(String.raw`error="Cannot find file:\n\"FILE.TXT\""`);
  });

  test("the check of the rules finds what breaks them", () => {
    const texts = ["a 1\n", "# TYPE a gauge\na 1", "# TYPE a gauge\na 1\na 1\n", '# TYPE a gauge\na{x="\n"} 1\n'];
    for (const text of texts) expect(brokenRules(text), text).not.toEqual([]);
  });
});
