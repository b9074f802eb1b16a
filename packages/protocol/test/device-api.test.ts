import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeAliasRecord,
  encodeRecord,
  formatContentInfo,
  formatVms,
  isCik,
  parseContentInfo,
  parseContentRange,
  parseEpochOrHttpDate,
  parseRecord,
  parseRecordConflict,
  parseRetryAfterMs,
  parseVms,
} from "../src/device-api.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test.each([
  ["f1d4f10f3ca413caa08bba34c91d095d010bcd32", true],
  ["97eWgtm9Et5VxwuJT8NiOK7w27Ly2GS092oSxgpW", true],
  ["f1d4f10f3ca413caa08bba34c91d095d010bcd3", false],
  ["f1d4f10f3ca413caa08bba34c91d095d010bcd32\n", false],
  ["f1d4f10f3ca413caa08bba34c91d095d010bcd 2", false],
  ["", false],
])("%j is a CIK: %s", (candidate, expected) => {
  expect(isCik(candidate)).toBe(expected);
});

describe("the header X-Exosite-VMS", () => {
  test.each([
    ["v m s", { vendor: "v", model: "m", serial: "s" }],
    ["  v   m\ts ", { vendor: "v", model: "m", serial: "s" }],
    ["v m a serial with spaces", { vendor: "v", model: "m", serial: "a serial with spaces" }],
    ["v m any!@#$%^&*()", { vendor: "v", model: "m", serial: "any!@#$%^&*()" }],
    ["v m", undefined],
    ["", undefined],
  ])("%j names %j", (header, identity) => {
    expect(parseVms(header)).toEqual(identity);
  });

  test("is read back as it was written", () => {
    const word = fc.stringMatching(/^[!-~]{1,12}$/);
    const serial = fc.stringMatching(/^[!-~]([ -~]{0,12}[!-~])?$/);
    fc.assert(
      fc.property(fc.record({ vendor: word, model: word, serial }, { noNullPrototype: true }), (identity) => {
        expect(parseVms(formatVms(identity))).toEqual(identity);
      }),
    );
  });
});

describe("a record", () => {
  test("reads points of several aliases in order", () => {
    const points = parseRecord("alias=a&1=x&2.5=y%26&alias=b&-3=");
    expect(points?.map((point) => ({ ...point, value: text(point.value) }))).toEqual([
      { alias: "a", timestamp: "1", value: "x" },
      { alias: "a", timestamp: "2.5", value: "y&" },
      { alias: "b", timestamp: "-3", value: "" },
    ]);
  });

  test("reads the older form, in which the path names the alias", () => {
    const points = parseRecord("1408088308=a=b", "temperature");
    expect(points?.map((point) => ({ ...point, value: text(point.value) }))).toEqual([
      { alias: "temperature", timestamp: "1408088308", value: "a=b" },
    ]);
  });

  test.each([
    ["1=x", undefined],
    ["alias=a&word=x", undefined],
    ["alias=a&1", undefined],
    ["alias=a&1.=x", undefined],
    ["alias=a&1e9=x", undefined],
    ["alias=b&1=x", "a"],
  ])("refuses %j for alias %j", (body, alias) => {
    expect(parseRecord(body, alias)).toBeUndefined();
  });

  test("is read back as it was written, in both forms", () => {
    const point = fc.record({
      alias: fc.stringMatching(/^[a-zA-Z0-9_ &=]{1,10}$/),
      timestamp: fc
        .tuple(fc.integer({ min: -999_999, max: 2_000_000_000 }), fc.constantFrom("", ".5", ".000001"))
        .map(([s, f]) => s + f),
      value: fc.uint8Array(),
    });
    fc.assert(
      fc.property(fc.array(point), (points) => {
        const plain = points.map(({ alias, timestamp, value }) => ({
          alias,
          timestamp,
          value: Uint8Array.from(value),
        }));
        expect(parseRecord(encodeRecord(plain))).toEqual(plain);
        const own = plain.map((each) => ({ ...each, alias: "a" }));
        expect(parseRecord(encodeAliasRecord(own), "a")).toEqual(own);
      }),
    );
  });

  test("that collides names the timestamps of each alias", () => {
    expect([...parseRecordConflict("a=1,2.5&b=3&a=4&c=")]).toEqual([
      ["a", ["1", "2.5", "4"]],
      ["b", ["3"]],
      ["c", []],
    ]);
  });
});

test.each([
  ["1408088412", 1_408_088_412],
  [" 1408088412.25 ", 1_408_088_412.25],
  ["Fri, 15 Jun 2018 19:04:13 GMT", 1_529_089_453],
  ["soon", undefined],
  ["", undefined],
])("the moment %j is %s", (header, seconds) => {
  expect(parseEpochOrHttpDate(header)).toBe(seconds);
});

test.each([
  [{}, undefined],
  [{ "retry-after": "120" }, 120_000],
  [{ "retry-after": "Fri, 15 Jun 2018 19:04:23 GMT", date: "Fri, 15 Jun 2018 19:04:13 GMT" }, 10_000],
  [{ "retry-after": "Fri, 15 Jun 2018 19:04:03 GMT", date: "Fri, 15 Jun 2018 19:04:13 GMT" }, 0],
  [{ "retry-after": "Fri, 15 Jun 2018 19:04:23 GMT" }, undefined],
  [{ "retry-after": "later" }, undefined],
])("headers %j ask to wait %s ms", (headers, ms) => {
  expect(parseRetryAfterMs(headers)).toBe(ms);
});

describe("information about a content", () => {
  test.each([
    [
      "application/gzip,691529,1513931066,",
      { type: "application/gzip", size: 691_529, updated: "1513931066", meta: "" },
    ],
    ["text/plain,0,1,a, b\r\n", { type: "text/plain", size: 0, updated: "1", meta: "a, b" }],
    ["text/plain, 5, 1", { type: "text/plain", size: 5, updated: "1", meta: "" }],
    ["<html>", undefined],
    ["text/plain,-5,1,", undefined],
    ["", undefined],
  ])("%j is %j", (body, info) => {
    expect(parseContentInfo(body)).toEqual(info);
  });

  test("is read back as it was written", () => {
    const info = fc.record(
      {
        type: fc.stringMatching(/^[a-z]{1,8}\/[a-z.+-]{1,8}$/),
        size: fc.nat(),
        updated: fc.nat().map(String),
        meta: fc.stringMatching(/^[ -~]{0,12}$/),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(info, (each) => {
        expect(parseContentInfo(formatContentInfo(each))).toEqual(each);
      }),
    );
  });
});

test.each([
  ["bytes 0-99/1000", { first: 0, last: 99, total: 1000 }],
  ["BYTES 5-5/*", { first: 5, last: 5, total: undefined }],
  ["bytes */1000", undefined],
  ["items 0-1/2", undefined],
  [undefined, undefined],
])("Content-Range %j is %j", (header, range) => {
  expect(parseContentRange(header)).toEqual(range);
});
