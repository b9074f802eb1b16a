import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskSecret, newCik, uuidv7 } from "../src/identifiers.ts";

const random = { bytes: (count: number) => randomBytes(count), fraction: () => 0.5 };

describe("uuidv7", () => {
  test("holds the time as RFC 9562 shows it", () => {
    const zeros = { ...random, bytes: (count: number) => new Uint8Array(count) };
    expect(uuidv7(0x017f22e279b0, zeros)).toBe("017f22e2-79b0-7000-8000-000000000000");
  });

  test("has the version and the variant, whatever the time", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 48 - 1, noNaN: true }), (now) => {
        expect(uuidv7(now, random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  test("sorts by time", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 47), fc.nat(2 ** 47), (one, other) => {
        fc.pre(one < other);
        expect(uuidv7(one, random) < uuidv7(other, random)).toBe(true);
      }),
    );
  });
});

test("a CIK is 40 hexadecimal digits, and never the same", () => {
  expect(newCik(random)).toMatch(/^[0-9a-f]{40}$/);
  expect(newCik(random)).not.toBe(newCik(random));
});

test.each([
  ["", ""],
  ["12345678", "********"],
  ["123456789", "12345678*"],
])("the secret %j is shown as %j", (secret, shown) => {
  expect(maskSecret(secret)).toBe(shown);
});
