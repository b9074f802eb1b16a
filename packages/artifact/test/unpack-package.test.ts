import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TreeFiles } from "@gateway-engine/core/files";
import { nodeFiles } from "@gateway-engine/platform/files";
import { BROKEN_PACKAGES, type BrokenPackage, goodPackage } from "@gateway-engine/testkit/package-fixtures";
import { tarGz } from "@gateway-engine/testkit/tar-writer";
import { expect, test } from "vitest";
import { checkPackage } from "../src/check-package.ts";
import { unpackPackage } from "../src/unpack-package.ts";
import { inPieces, neverAborted as signal, temporaryFolder } from "./helpers.ts";

interface Trial {
  readonly bytes: Uint8Array;
  readonly files?: TreeFiles;
  readonly reserveBytes?: number;
}

async function unpack({ bytes, files = nodeFiles, reserveBytes = 0 }: Trial) {
  const folder = join(temporaryFolder(), "release");
  const reads = { source: 0 };
  async function* source(): AsyncGenerator<Uint8Array> {
    reads.source += 1;
    yield* inPieces(bytes);
  }
  const unpacked = await unpackPackage({
    files,
    name: "app.v1.tar.gz",
    source: source(),
    folder,
    reserveBytes,
    signal,
  });
  return { ...unpacked, folder, reads: reads.source };
}

test("a good package is checked and unpacked in one read", async () => {
  const { bytes } = goodPackage({ others: [{ path: "data", content: "x".repeat(100_000) }] });
  const { ok, contents, folder, reads, results } = await unpack({ bytes });
  expect({ ok, reads }).toEqual({ ok: true, reads: 1 });
  expect(contents?.contentRoot).toBe("");
  expect(readdirSync(folder)).toEqual(["data", "install.sh"]);
  expect(readFileSync(join(folder, "data"), "utf8")).toBe("x".repeat(100_000));
  expect(results).toEqual((await checkPackage({ fileName: "app.v1.tar.gz", source: inPieces(bytes), signal })).results);
});

test.each(Object.keys(BROKEN_PACKAGES) as BrokenPackage[])(
  "%s is refused as checkPackage refuses it, and nothing of it stays",
  async (broken) => {
    const { bytes } = BROKEN_PACKAGES[broken]();
    const { ok, results, folder } = await unpack({ bytes });
    const check = await checkPackage({ fileName: "app.v1.tar.gz", source: inPieces(bytes), signal });
    expect(results).toEqual(check.results);
    expect(existsSync(folder)).toBe(ok);
    expect(existsSync(`${folder}.partial`)).toBe(false);
  },
);

test("the reserve of the disk is not touched, and what was unpacked by then is gone", async () => {
  let free = 20_000_000;
  const files: TreeFiles = {
    ...nodeFiles,
    freeBytes: async () => free,
    writeUnsynced: async (path, content, mode) => {
      await nodeFiles.writeUnsynced(path, content, mode);
      free -= 9_000_000;
    },
  };
  const bytes = tarGz([
    { path: "a", content: "x".repeat(8_388_608) },
    { path: "b", content: "x".repeat(8_000_000) },
  ]);
  await expect(unpack({ bytes, files, reserveBytes: 5_000_000 })).rejects.toMatchObject({
    code: "E_DISK_FULL",
    message: expect.stringContaining("8000000 bytes are needed, and 6000000 are free"),
  });
  expect(free).toBe(11_000_000);
});
