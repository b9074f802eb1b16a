/**
 * The gallery of hostile and broken packages, as far as it needs no root and little time: each is ordered from a real engine
 * whose supervisor runs an older version of the application.
 *
 * @see docs/reference/package-gallery.md
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GALLERY, SIGNED } from "./gallery.ts";
import { Hall } from "./support/hall.ts";

const QUICK = GALLERY.filter((one) => !SIGNED.includes(one))
  .map(({ name, exhibits }) => ({
    name,
    exhibits: exhibits.filter(({ needs }) => needs === undefined),
  }))
  .filter(({ exhibits }) => exhibits.length > 0);

let hall: Hall;

beforeAll(async () => {
  hall = await Hall.open();
}, 60_000);

afterAll(() => hall[Symbol.asyncDispose]());

for (const { name, exhibits } of QUICK) {
  describe(`${name}:`, () => {
    for (const exhibit of exhibits) {
      test(exhibit.what, async () => {
        await hall.show(exhibit);
      });
    }
  });
}

test("the gallery has at least five of each class, and sixty in all", () => {
  const counts = GALLERY.map(({ name, exhibits }) => [name, exhibits.length] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  console.log(`${counts.map(([name, count]) => `${name}: ${count}`).join(", ")}; in all: ${total}`);
  expect(counts.filter(([, count]) => count < 5)).toEqual([]);
  expect(total).toBeGreaterThanOrEqual(60);
});
