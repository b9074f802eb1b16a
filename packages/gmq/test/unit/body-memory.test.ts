import { expect, test } from "vitest";
import { BodyMemory } from "../../src/intake/body-memory.ts";

const KIB = 1024;

test("bodies share the memory, and what one gives back the next may take", () => {
  const memory = new BodyMemory(100 * KIB);
  const [one, other] = [memory.share(), memory.share()];
  expect(one.grow(90 * KIB)).toBe(true);
  expect(other.grow(42 * KIB)).toBe(true);
  expect(other.grow(1)).toBe(false);
  one.end();
  expect(other.grow(60 * KIB)).toBe(true);
  other.end();
  other.end();
  expect(memory.share().grow(116 * KIB)).toBe(true);
  expect(memory.share().grow(17 * KIB)).toBe(false);
});

test("small bodies are taken though the memory is full", () => {
  const memory = new BodyMemory(0);
  const share = memory.share();
  expect([share.grow(16 * KIB), share.grow(1)]).toEqual([true, false]);
});
