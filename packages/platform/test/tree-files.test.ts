import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeFiles } from "../src/files.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tree-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe("a new file", () => {
  test("holds all pieces and has exactly the mode that was asked for", async () => {
    const path = join(folder, "file");
    const umask = process.umask(0o077);
    try {
      await nodeFiles.writeNew(path, pieces("one ", "two"), 0o755);
    } finally {
      process.umask(umask);
    }
    expect(readFileSync(path, "utf8")).toBe("one two");
    expect(lstatSync(path).mode & 0o7777).toBe(0o755);
  });

  test("is not written over one that is there, nor through a link", async () => {
    const path = join(folder, "file");
    await nodeFiles.writeNew(path, pieces("first"), 0o600);
    await nodeFiles.makeSymlink(join(folder, "link"), join(folder, "elsewhere"));
    await expect(nodeFiles.writeNew(path, pieces("second"), 0o600)).rejects.toMatchObject({ code: "E_FILE_WRITE" });
    await expect(nodeFiles.writeNew(join(folder, "link"), pieces("x"), 0o600)).rejects.toMatchObject({
      code: "E_FILE_WRITE",
    });
    expect(readFileSync(path, "utf8")).toBe("first");
    expect(await nodeFiles.list(folder)).toEqual(["file", "link"]);
  });

  test("passes an error of its source on as it is", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      throw new RangeError("the source broke");
    }
    await expect(nodeFiles.writeNew(join(folder, "file"), broken(), 0o600)).rejects.toThrow(RangeError);
  });
});

test("links are made and read as they are written", async () => {
  await nodeFiles.writeNew(join(folder, "file"), pieces("x"), 0o600);
  await nodeFiles.makeSymlink(join(folder, "soft"), "not/there");
  await nodeFiles.makeHardLink(join(folder, "hard"), join(folder, "file"));
  expect(await nodeFiles.readLink(join(folder, "soft"))).toBe("not/there");
  expect(readlinkSync(join(folder, "soft"))).toBe("not/there");
  expect(lstatSync(join(folder, "hard")).ino).toBe(lstatSync(join(folder, "file")).ino);
});

test.each([3, 40])("%i files are synced, each or all at once", async (count) => {
  const paths = Array.from({ length: count }, (_, index) => join(folder, `file-${index}`));
  for (const path of paths) await nodeFiles.writeUnsynced(path, pieces("one ", "two"), 0o640);
  await nodeFiles.syncAll(folder, [...paths, folder]);
  for (const path of paths) {
    expect(readFileSync(path, "utf8")).toBe("one two");
    expect(lstatSync(path).mode & 0o7777).toBe(0o640);
  }
});

test.each([1, 40])("what cannot be synced is told (%i files)", async (count) => {
  const paths = Array.from({ length: count }, (_, index) => join(folder, `missing/file-${index}`));
  await expect(nodeFiles.syncAll(join(folder, "missing"), paths)).rejects.toMatchObject({ code: "E_FILE_WRITE" });
});
