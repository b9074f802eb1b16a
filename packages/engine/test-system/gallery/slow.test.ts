/** Those of the gallery that take their time. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { KILLING } from "../../test/gallery/classes/killing.ts";
import { GALLERY } from "../../test/gallery/gallery.ts";
import { Hall } from "../../test/gallery/support/hall.ts";

const SLOW = GALLERY.map(({ name, exhibits }) => ({
  name,
  exhibits: exhibits.filter(({ needs }) => needs === "time" && name !== KILLING.name),
})).filter(({ exhibits }) => exhibits.length > 0);

let hall: Hall;

beforeAll(async () => {
  hall = await Hall.open({ environment: { GWE_INSTALL_TIMEOUT: "2" } });
});

afterAll(() => hall[Symbol.asyncDispose]());

describe.each(SLOW)("$name:", ({ exhibits }) => {
  test.each(exhibits)("$what", async (exhibit) => {
    await hall.show(exhibit);
  });
});
