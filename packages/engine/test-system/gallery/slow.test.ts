/** Those of the gallery that take their time. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { FILLING } from "../../test/gallery/classes/filling.ts";
import { FORKING } from "../../test/gallery/classes/forking.ts";
import { KILLING } from "../../test/gallery/classes/killing.ts";
import { GALLERY } from "../../test/gallery/gallery.ts";
import { Hall } from "../../test/gallery/support/hall.ts";

/** In files of their own. */
const OTHERS = [KILLING.name, FORKING.name, FILLING.name];

const SLOW = GALLERY.map(({ name, exhibits }) => ({
  name,
  exhibits: exhibits.filter(({ needs }) => needs !== undefined && !OTHERS.includes(name)),
})).filter(({ exhibits }) => exhibits.length > 0);

let hall: Hall;

beforeAll(async () => {
  hall = await Hall.open({ environment: { GWE_INSTALL_TIMEOUT: "2" } });
});

afterAll(() => hall[Symbol.asyncDispose]());

for (const { name, exhibits } of SLOW) {
  describe(`${name}:`, () => {
    for (const exhibit of exhibits) {
      test(exhibit.what, async () => {
        await hall.show(exhibit);
      });
    }
  });
}
