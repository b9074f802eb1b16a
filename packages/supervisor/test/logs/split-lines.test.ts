import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitLines } from "../../src/logs/split-lines.ts";

/** The lines of all chunks, and what is left at the end. */
function splitAll(chunks: readonly Uint8Array[], limit: number) {
  const lines: string[] = [];
  let begun: Uint8Array = new Uint8Array();
  for (const chunk of chunks) {
    const split = splitLines(begun, chunk, limit);
    lines.push(...split.lines.map(text));
    begun = Uint8Array.from(split.rest);
  }
  return { lines, rest: text(begun) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** Few different bytes, so that newlines and long lines are frequent. */
const bytes = fc.array(fc.constantFrom(0x0a, 0x61, 0xff), { maxLength: 40 }).map((list) => Uint8Array.from(list));

describe("bytes are split into lines", () => {
  test.each([
    { given: "a\nb\n", lines: ["a", "b"], rest: "" },
    { given: "a\n\nb", lines: ["a", ""], rest: "b" },
    { given: "", lines: [], rest: "" },
    { given: "12345\n", lines: ["12345"], rest: "" },
    { given: "123456\n", lines: ["12345", "6"], rest: "" },
    { given: "12345678901\n2", lines: ["12345", "67890", "1"], rest: "2" },
  ])("$given", ({ given, lines, rest }) => {
    expect(splitAll([Buffer.from(given)], 5)).toEqual({ lines, rest });
  });

  test("that are the same in whatever pieces they come", () => {
    fc.assert(
      fc.property(fc.array(bytes), fc.integer({ min: 1, max: 9 }), (chunks, limit) => {
        expect(splitAll(chunks, limit)).toEqual(splitAll([Buffer.concat(chunks)], limit));
      }),
    );
  });

  test("without losing one, and none longer than the limit", () => {
    fc.assert(
      fc.property(fc.array(bytes), fc.integer({ min: 1, max: 9 }), (chunks, limit) => {
        const { lines, rest } = splitAll(chunks, limit);
        const whole = text(Buffer.concat(chunks));
        expect([...lines, rest].join("")).toBe(whole.replaceAll("\n", ""));
        for (const line of [...lines, rest]) expect(line.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test("as they were when none is too long", () => {
    fc.assert(
      fc.property(fc.array(bytes), (chunks) => {
        const { lines, rest } = splitAll(chunks, 10_000);
        expect([...lines, rest].join("\n")).toBe(text(Buffer.concat(chunks)));
      }),
    );
  });
});
