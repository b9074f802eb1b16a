import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BugError } from "@gateway-engine/core/errors";
import { nodeFiles } from "@gateway-engine/platform/files";
import { systemRandom } from "@gateway-engine/platform/random";
import { goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PackageFetcher } from "../../src/install/fetch-package.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gwe-fetch-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("a package from a stick is durable under its name before anything relies on it", async () => {
  const { fileName, bytes } = goodPackage();
  const source = join(folder, fileName);
  await writeFile(source, bytes);
  const steps: string[] = [];
  const fetcher = new PackageFetcher({
    files: {
      ...nodeFiles,
      rename: async (from, to) => {
        steps.push(`rename to ${to}`);
        await nodeFiles.rename(from, to);
      },
      syncFolder: async (path) => {
        steps.push(`sync ${path}`);
        await nodeFiles.syncFolder(path);
      },
    },
    downloadsDir: join(folder, "downloads"),
    activated: () => Promise.resolve(),
    random: systemRandom,
    download: () => Promise.reject(new BugError("E_BUG", { problem: "nothing is to be downloaded" })),
  });
  const install = { id: "i1", verb: "install", name: fileName, commandSource: "local", source } as const;
  expect(await fetcher.fetch(install, { signal: new AbortController().signal, onFetched: () => {} })).toEqual({
    kind: "fetched",
    release: { app: "app", version: "1" },
  });
  const file = join(folder, "downloads/i1/package.tar.gz");
  expect(steps).toEqual([
    `rename to ${file}`,
    `sync ${join(folder, "downloads/i1")}`,
    `sync ${join(folder, "downloads")}`,
  ]);
});
