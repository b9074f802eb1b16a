import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, test } from "vitest";
import { removeAbandoned, temporaryName } from "../src/temporary-names.ts";

test("what a process has left that was killed is removed; what a living one writes, and every other file, is not", async () => {
  using folder = temporaryFolder("temporary-names");
  const file = join(folder.path, "Engine.config");
  const own = temporaryName(file);
  const sameProcessId = own.replace(/-\d+-/, "-1-");
  const others = [file, `${file}.tmp`, `${file}.7.tmp`];
  for (const path of [own, sameProcessId, `${file}.999999999-5-0123abcd.tmp`, ...others]) writeFileSync(path, "");
  await removeAbandoned(folder.path);
  expect(readdirSync(folder.path).sort()).toEqual(
    [own, ...others].map((path) => path.slice(folder.path.length + 1)).sort(),
  );
});

test("names that are taken at the same time differ, and a folder that is missing has nothing to remove", async () => {
  using folder = temporaryFolder("temporary-names");
  expect(temporaryName("a")).not.toBe(temporaryName("a"));
  await expect(removeAbandoned(join(folder.path, "missing"))).resolves.toBeUndefined();
});
