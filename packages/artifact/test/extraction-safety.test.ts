import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PackageError } from "@gateway-engine/core/errors";
import { nodeFiles } from "@gateway-engine/platform/files";
import { type TarEntry, tarGz } from "@gateway-engine/testkit/tar-writer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { extractPackage } from "../src/extract-package.ts";
import { inPieces, neverAborted, temporaryFolder } from "./helpers.ts";

/** Few names, so that entries collide, lie in one another, and links meet. */
const segment = fc.constantFrom("a", "b", "c", "..", ".");
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const safeSegment = fc.constantFrom("a", "b", "c", "d");
const safePath = fc.array(safeSegment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/"));

const entry: fc.Arbitrary<TarEntry> = fc.oneof(
  fc.record({ path: safePath, content: fc.constantFrom("one", "two") }),
  fc.record({ path: safePath, type: fc.constant("5" as const), mode: fc.constantFrom(0o755, 0o500) }),
  fc.record({ path: safePath, type: fc.constant("2" as const), target: path }),
  fc.record({ path: safePath, type: fc.constant("1" as const), target: fc.oneof(safePath, path) }),
  fc.record({ path, content: fc.constant("anywhere") }),
);

function everythingIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
}

test("whatever the archive, nothing outside the folder is touched, and nothing inside leads out", async () => {
  const home = temporaryFolder();
  let unpacked = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 6 }), async (entries) => {
      const around = mkdtempSync(join(home, "run-"));
      const folder = join(around, "deep/er/release");
      mkdirSync(join(around, "deep/er"), { recursive: true });
      writeFileSync(join(around, "a"), "untouched");
      const before = everythingIn(around);
      try {
        await extractPackage({
          files: nodeFiles,
          name: "app",
          source: inPieces(tarGz(entries)),
          folder,
          signal: neverAborted,
        });
        unpacked += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(PackageError);
        expect(existsSync(folder)).toBe(false);
      }
      const after = everythingIn(around).filter((name) => !name.startsWith(folder));
      expect(after.sort()).toEqual([...before].sort());
      for (const name of existsSync(folder) ? everythingIn(folder) : []) {
        if (lstatSync(name).isSymbolicLink() && existsSync(name)) {
          expect(`${realpathSync(name)}/`).toContain(`${realpathSync(folder)}/`);
        }
      }
    }),
    { numRuns: 300 },
  );
  // The property would be empty if everything were refused.
  expect(unpacked).toBeGreaterThan(20);
});
