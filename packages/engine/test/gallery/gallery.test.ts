/**
 * The gallery of hostile and broken packages, as far as it needs no root and little time: each is ordered from a real engine
 * whose supervisor runs an older version of the application.
 *
 * @see docs/reference/package-gallery.md
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BOMBS } from "./classes/bombs.ts";
import { DEVICES } from "./classes/devices.ts";
import { DIGESTS } from "./classes/digests.ts";
import { LINKS } from "./classes/links.ts";
import { NAMES } from "./classes/names.ts";
import { SPARSE } from "./classes/sparse.ts";
import { Hall } from "./support/hall.ts";

const CLASSES = [LINKS, DEVICES, BOMBS, DIGESTS, NAMES, SPARSE];

let hall: Hall;

beforeAll(async () => {
  hall = await Hall.open();
}, 60_000);

afterAll(() => hall[Symbol.asyncDispose]());

describe.each(CLASSES)("$name:", ({ exhibits }) => {
  test.each(exhibits)("$what", async (exhibit) => {
    await hall.show(exhibit);
  });
});

test("each class has at least five", () => {
  for (const { name, exhibits } of CLASSES)
    expect({ name, enough: exhibits.length >= 5 }).toEqual({ name, enough: true });
});
