import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFormText, encodeForm, encodeFormValue, parseForm, parseFormBytes, splitForm } from "../src/form.ts";

describe("reading a form", () => {
  test.each([
    ["", []],
    ["a=1", [["a", "1"]]],
    [
      "a=1&b=2&a=3",
      [
        ["a", "1"],
        ["b", "2"],
        ["a", "3"],
      ],
    ],
    ["a=x%26y", [["a", "x&y"]]],
    ["a=x=y", [["a", "x=y"]]],
    ["a", [["a", ""]]],
    ["=1", [["", "1"]]],
    ["&&a=1&", [["a", "1"]]],
    ["a+b=c+d", [["a b", "c d"]]],
    ["a=%2B%20", [["a", "+ "]]],
    ["a=100%", [["a", "100%"]]],
    ["a=%zz%4", [["a", "%zz%4"]]],
    ['device_report={"coffee_level": 63}', [["device_report", '{"coffee_level": 63}']]],
    ["a=%E2%82%AC", [["a", "€"]]],
    ["a=€", [["a", "€"]]],
    ["a=%FF", [["a", "\uFFFD"]]],
    ["a=1\r\n", [["a", "1\r\n"]]],
  ])("%j holds %j", (body, pairs) => {
    expect(parseForm(body).map(({ name, value }) => [name, value])).toEqual(pairs);
  });

  test("a byte order mark is a part of the value like any other", () => {
    expect(parseForm("a=%EF%BB%BFx")).toEqual([{ name: "a", value: "\uFEFFx" }]);
  });

  test("tells a name without a value from one with an empty value", () => {
    expect(splitForm("a&b=")).toEqual([
      { name: "a", value: undefined },
      { name: "b", value: "" },
    ]);
  });
});

describe("writing a form", () => {
  test("escapes all but letters, digits and -._*", () => {
    expect(encodeFormValue("aZ09-._* ~€&=+%\n")).toBe("aZ09-._*+%7E%E2%82%AC%26%3D%2B%25%0A");
  });

  test("is read back byte for byte", () => {
    const pair = fc.tuple(fc.string(), fc.uint8Array());
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        fc.pre(pairs.every(([name]) => name.isWellFormed()));
        const read = parseFormBytes(encodeForm(pairs));
        expect(read.map(({ name, value }) => [name, Array.from(value)])).toEqual(
          pairs.map(([name, value]) => [name, Array.from(value)]),
        );
      }),
    );
  });

  test("is read back as text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(text.isWellFormed());
        expect(decodeFormText(encodeFormValue(text))).toBe(text);
      }),
    );
  });
});

test("every body of bytes can be read, and says the same as text and as bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (body) => {
      const bytes = parseFormBytes(body);
      expect(parseForm(body)).toEqual(
        bytes.map(({ name, value }) => ({ name, value: new TextDecoder("utf-8", { ignoreBOM: true }).decode(value) })),
      );
    }),
  );
});

test("a body of a megabyte is read in one go", () => {
  const value = new Uint8Array(1_048_576).fill(255);
  const [pair] = parseFormBytes(encodeForm([["a", value]]));
  expect(Buffer.from(pair?.value ?? []).equals(value)).toBe(true);
});
