/** Those of the gallery that leave processes behind. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { FORKING } from "../../test/gallery/classes/forking.ts";
import { Hall } from "../../test/gallery/support/hall.ts";

let hall: Hall;

beforeAll(async () => {
  hall = await Hall.open({ environment: { GWE_INSTALL_TIMEOUT: "3" } });
});

afterAll(() => hall[Symbol.asyncDispose]());

describe(`${FORKING.name}:`, () => {
  for (const exhibit of FORKING.exhibits) {
    test(exhibit.what, async () => {
      await hall.show(exhibit);
    });
  }
});
