/** Those of the gallery that end the engine: the supervisor starts it again. */
import { afterAll, beforeAll, describe, test } from "vitest";
import { KILLING } from "../../test/gallery/classes/killing.ts";
import { Hall } from "../../test/gallery/support/hall.ts";

let hall: Hall;

beforeAll(async () => {
  hall = await Hall.open({ isSupervised: true });
});

afterAll(() => hall[Symbol.asyncDispose]());

describe(`${KILLING.name}:`, () => {
  for (const exhibit of KILLING.exhibits) {
    test(exhibit.what, async () => {
      await hall.show(exhibit);
    });
  }
});
