import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRange } from "../../src/content/byte-range.ts";

const SIZE = 1000;

describe("a Range header for 1000 bytes", () => {
  test.each([
    ["bytes=0-0", 0, 0],
    ["bytes=0-99", 0, 99],
    ["bytes=500-", 500, 999],
    ["bytes=-10", 990, 999],
    ["bytes=-5000", 0, 999],
    ["bytes=990-5000", 990, 999],
    [" Bytes = 1 - 2 ", 1, 2],
  ])("%j asks for bytes %i to %i", (header, first, last) => {
    expect(parseRange(header, SIZE)).toEqual({ kind: "part", part: { first, last } });
  });

  test.each(["bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=99999999999999999999-"])(
    "%j lies behind the end",
    (header) => {
      expect(parseRange(header, SIZE)).toEqual({ kind: "unsatisfiable" });
    },
  );

  test.each([undefined, "", "bytes=-", "bytes=5-1", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=1.5-2"])(
    "%j is no single range, and the whole is sent",
    (header) => {
      expect(parseRange(header, SIZE)).toEqual({ kind: "whole" });
    },
  );
});

test("no range of empty content can be satisfied", () => {
  expect(parseRange("bytes=0-", 0)).toEqual({ kind: "unsatisfiable" });
  expect(parseRange("bytes=-5", 0)).toEqual({ kind: "unsatisfiable" });
});

test("a part is never outside the content, and holds at most what was asked for", () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), fc.integer({ min: 1, max: 4000 }), (from, length, size) => {
      const range = parseRange(`bytes=${from}-${from + length}`, size);
      const part = { first: from, last: Math.min(from + length, size - 1) };
      expect(range).toEqual(from >= size ? { kind: "unsatisfiable" } : { kind: "part", part });
    }),
  );
});

test("any text is read without an error", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (header, size) => {
      const range = parseRange(header, size);
      if (range.kind === "part") expect(range.part.first).toBeLessThanOrEqual(range.part.last);
    }),
  );
});
