import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sameFiles } from "../src/same-files.ts";

let folder = "";
let file = "";
let held = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "same-files-"));
  file = join(folder, "journal.db");
  writeFileSync(file, "old");
  held = openSync(file, "r");
});

afterEach(() => {
  closeSync(held);
  rmSync(folder, { recursive: true, force: true });
});

test.each<[string, () => void, boolean]>([
  ["that is written to is the same", () => writeFileSync(file, "more"), true],
  ["that is removed is not", () => rmSync(file), false],
  ["whose folder is removed is not", () => rmSync(folder, { recursive: true }), false],
  [
    "that is removed and made anew is not",
    () => {
      rmSync(file);
      writeFileSync(file, "old");
    },
    false,
  ],
  [
    "over which another is moved is not",
    () => {
      writeFileSync(`${file}.new`, "old");
      renameSync(`${file}.new`, file);
    },
    false,
  ],
])("a file %s", (_what, happens, same) => {
  const isSame = sameFiles([file]);
  happens();
  expect(isSame()).toBe(same);
});
