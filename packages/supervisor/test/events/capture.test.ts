import fc from "fast-check";
import { expect, test } from "vitest";
import { type CapturePart, OUTSIDE, restOfCapture, splitCapture } from "../../src/events/capture.ts";
import { TailBytes } from "../../src/events/tail-bytes.ts";

const BEGIN = "<!--XSUPERVISOR:BEGIN-->";
const END = "<!--XSUPERVISOR:END-->";

interface Heard {
  readonly text: string;
  readonly passages: readonly string[];
}

/** What becomes of output that comes in these pieces. */
function hear(pieces: readonly string[]): Heard {
  const parts: CapturePart[] = [];
  let state = OUTSIDE;
  for (const piece of pieces) {
    const step = splitCapture(state, Buffer.from(piece, "latin1"));
    parts.push(...step.parts);
    state = step.state;
  }
  parts.push(...restOfCapture(state));
  let text = "";
  let passage = "";
  const passages: string[] = [];
  for (const part of parts) {
    if (part.kind === "text") text += Buffer.from(part.bytes).toString("latin1");
    if (part.kind === "captured") passage += Buffer.from(part.bytes).toString("latin1");
    if (part.kind !== "end") continue;
    passages.push(passage);
    passage = "";
  }
  return { text, passages };
}

test.each([
  { what: "no token", output: "hello", text: "hello", passages: [] },
  { what: "a passage", output: `a${BEGIN}b${END}c`, text: "ac", passages: ["b"] },
  { what: "two passages", output: `${BEGIN}1${END}${BEGIN}2${END}`, text: "", passages: ["1", "2"] },
  { what: "an empty passage", output: BEGIN + END, text: "", passages: [""] },
  { what: "an end without a begin", output: `a${END}b`, text: `a${END}b`, passages: [] },
  { what: "a begin inside a passage", output: `${BEGIN}a${BEGIN}b${END}c`, text: "c", passages: [`a${BEGIN}b`] },
  { what: "a passage without an end", output: `a${BEGIN}bc`, text: "a", passages: [] },
  { what: "a token that stays a begin", output: `a${BEGIN.slice(0, 9)}`, text: `a${BEGIN.slice(0, 9)}`, passages: [] },
  { what: "a token after its own begin", output: `<!-${BEGIN}b${END}`, text: "<!-", passages: ["b"] },
])("$what is told apart, also byte by byte", ({ output, text, passages }) => {
  expect(hear([output])).toEqual({ text, passages });
  expect(hear(output.split(""))).toEqual({ text, passages });
});

test("wherever the output is cut, log and passages are the same", () => {
  const word = fc.oneof(fc.constantFrom(BEGIN, END, "<!--XSUPERVISOR:", "<!", "<", "->"), fc.string({ maxLength: 5 }));
  const output = fc.array(word, { maxLength: 12 }).map((words) => words.join(""));
  fc.assert(
    fc.property(output, fc.array(fc.nat(200), { maxLength: 20 }), (whole, cuts) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((to, index) => whole.slice(places[index], to));
      expect(hear(pieces)).toEqual(hear([whole]));
    }),
    { numRuns: 2000 },
  );
});

test("of a long passage its last bytes are kept, however it comes", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.string({ maxLength: 12 }), { maxLength: 9 }),
      (most, pieces) => {
        const tail = new TailBytes(most);
        for (const piece of pieces) tail.add(Buffer.from(piece, "latin1"));
        expect(Buffer.from(tail.take())).toEqual(Buffer.from(pieces.join(""), "latin1").subarray(-most));
        expect(tail.take()).toHaveLength(0);
      },
    ),
  );
});
