import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, test } from "vitest";
import { watchFile } from "../src/watch-file.ts";

test.each([
  ["is removed", (file: string) => rmSync(file)],
  ["is renamed", (file: string) => renameSync(file, `${file}.old`)],
  ["gets other rights", (file: string) => chmodSync(file, 0o600)],
])("a file that %s is told of", async (_what, touch) => {
  using folder = temporaryFolder("watch");
  const file = join(folder.path, "file");
  writeFileSync(file, "");
  const { promise, resolve } = Promise.withResolvers<void>();
  const watch = watchFile(file, resolve);
  touch(file);
  await promise;
  watch?.close();
});

test("what is not there cannot be watched", () => {
  using folder = temporaryFolder("watch");
  expect(watchFile(join(folder.path, "file"), () => {})).toBeUndefined();
});
