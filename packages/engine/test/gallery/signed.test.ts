/** The classes of the gallery that are about signatures: on a gateway that trusts keys, and runs what they have signed. */
import { mkdir, writeFile } from "node:fs/promises";
import { writeRootStatement } from "@gateway-engine/artifact/trust/root-statement";
import { afterAll, beforeAll, describe, test } from "vitest";
import { SIGNED } from "./gallery.ts";
import { Hall } from "./support/hall.ts";
import { RESIDENT_STATEMENT, signed, TRUSTED } from "./support/signing.ts";

let hall: Hall;

beforeAll(async () => {
  hall = await Hall.open({
    prepare: async ({ trustDir }) => {
      await mkdir(trustDir, { recursive: true });
      await writeFile(`${trustDir}/root.json`, JSON.stringify(writeRootStatement(TRUSTED)));
    },
    sign: (fixture) => signed(fixture, { says: RESIDENT_STATEMENT }),
  });
}, 60_000);

afterAll(() => hall[Symbol.asyncDispose]());

for (const { name, exhibits } of SIGNED) {
  describe(`${name}:`, () => {
    for (const exhibit of exhibits) {
      test(exhibit.what, async () => {
        await hall.show(exhibit);
      });
    }
  });
}
