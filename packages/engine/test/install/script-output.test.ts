import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutputTail } from "../../src/install/script-output.ts";

describe("what is kept of a script's output", () => {
  test("is all of it while it is short", () => {
    const tail = new OutputTail(10);
    tail.add(Buffer.from("0123"));
    tail.add(Buffer.from("456789"));
    expect(tail.text()).toBe("0123456789");
  });

  test("is the end of a long one, with how much is left out", () => {
    const tail = new OutputTail(4);
    for (const piece of ["ab", "cd", "efgh", "i"]) tail.add(Buffer.from(piece));
    expect(tail.text()).toBe("[the first 5 bytes of the output are left out]\nfghi");
  });

  test("does not depend on how the output was cut into pieces", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary-ascii" }), { maxLength: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (pieces, limit) => {
          const tail = new OutputTail(limit);
          for (const piece of pieces) tail.add(Buffer.from(piece));
          const whole = pieces.join("");
          const kept = whole.slice(-limit);
          const cut = whole.length - kept.length;
          const head = cut === 0 ? "" : `[the first ${cut} bytes of the output are left out]\n`;
          expect(tail.text()).toBe(`${head}${kept}`);
        },
      ),
    );
  });
});
