import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBatch, isTopicLevel, parseBatch, parseWriteTopic } from "../src/device-mqtt.ts";

const point = fc.record({
  alias: fc.string({ minLength: 1, unit: "grapheme" }),
  value: fc.string({ unit: "grapheme" }),
  atMicros: fc.integer({ min: 1_000_000_000_000, max: 4_102_444_800_000_000 }),
});

describe("a batch", () => {
  test("holds each value with its time", () => {
    const points = [
      { alias: "temperature", value: "21.5", atMicros: 1_538_080_072_997_000 },
      { alias: "door", value: '{"open": true}', atMicros: 1_538_080_072_997_000 },
      { alias: "temperature", value: "21.6", atMicros: 1_538_080_073_000_000 },
    ];
    expect(encodeBatch(points)).toBe(
      '[{"timestamp":1538080072997000,"values":{"temperature":"21.5","door":"{\\"open\\": true}"}},' +
        '{"timestamp":1538080073000000,"values":{"temperature":"21.6"}}]',
    );
    expect(encodeBatch(points, "seconds")).toMatch(/^\[{"timestamp":1538080072.997,/);
  });

  test("keeps two values of one alias at one time apart", () => {
    const points = [
      { alias: "a", value: "1", atMicros: 1_538_080_072_997_000 },
      { alias: "a", value: "2", atMicros: 1_538_080_072_997_000 },
    ];
    expect(parseBatch(encodeBatch(points))).toEqual({ ok: true, value: points });
  });

  test.each(["microseconds", "seconds"] as const)("in %s says the same after it was written and read", (unit) => {
    fc.assert(
      fc.property(fc.array(point), (points) => {
        const parsed = parseBatch(encodeBatch(points, unit));
        if (!parsed.ok) throw new Error(parsed.problem);
        const inOrder = (alias: string) => (all: readonly { readonly alias: string }[]) =>
          all.filter((one) => one.alias === alias);
        expect(parsed.value).toHaveLength(points.length);
        for (const { alias } of points) expect(inOrder(alias)(parsed.value)).toEqual(inOrder(alias)(points));
      }),
    );
  });

  test("may give its times in seconds, as the original's documentation does, and values of any JSON", () => {
    const payload = '[{"timestamp":1526046488.5, "values": {"temperature": 98.7, "on": true, "list": [1]}}]';
    expect(parseBatch(payload)).toEqual({
      ok: true,
      value: [
        { alias: "temperature", value: "98.7", atMicros: 1_526_046_488_500_000 },
        { alias: "on", value: "true", atMicros: 1_526_046_488_500_000 },
        { alias: "list", value: "[1]", atMicros: 1_526_046_488_500_000 },
      ],
    });
  });

  test.each(["", "{}", "[1]", "[null]", '[{"timestamp":"now","values":{}}]', '[{"timestamp":1}]'])(
    "is not %j",
    (payload) => {
      expect(parseBatch(payload).ok).toBe(false);
    },
  );
});

describe("a topic", () => {
  test("of a cloud write names the alias and the time", () => {
    expect(parseWriteTopic("$resource/data_out/1538080072997000")).toEqual({
      alias: "data_out",
      atMicros: 1_538_080_072_997_000,
    });
  });

  test.each(["$resource/data_out", "$resource//1", "$resource/a/b", "$resource/a/1/2", "$provision/42", "a/b/1"])(
    "%s is no cloud write",
    (topic) => {
      expect(parseWriteTopic(topic)).toBeUndefined();
    },
  );

  test.each([
    ["temperature", true],
    ["ä b", true],
    ["", false],
    ["a/b", false],
    ["a+", false],
    ["#", false],
    ["a\0", false],
  ])("may hold %j: %s", (name, may) => {
    expect(isTopicLevel(name)).toBe(may);
  });
});
