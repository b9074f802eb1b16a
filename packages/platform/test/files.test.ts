import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeFiles } from "../src/files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gwe-files-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);

describe("an atomic write", () => {
  test("makes the folders, sets the mode whatever the umask, and leaves no temporary file", async () => {
    await nodeFiles.writeAtomic(at("a/b/c.cfg"), "one", 0o666);
    expect(await readFile(at("a/b/c.cfg"), "utf8")).toBe("one");
    expect((await stat(at("a/b/c.cfg"))).mode & 0o777).toBe(0o666);
    expect(await readdir(at("a/b"))).toEqual(["c.cfg"]);
  });

  test("replaces content and mode", async () => {
    await writeFile(at("c"), "old and longer");
    await chmod(at("c"), 0o644);
    await nodeFiles.writeAtomic(at("c"), Uint8Array.of(0, 255), 0o600);
    expect(await nodeFiles.readBytes(at("c"))).toEqual(Buffer.from([0, 255]));
    expect((await stat(at("c"))).mode & 0o777).toBe(0o600);
  });

  test("that fails leaves the old file and nothing beside it", async () => {
    await mkdir(at("c"));
    await expect(nodeFiles.writeAtomic(at("c"), "x", 0o600)).rejects.toMatchObject({ code: "E_FILE_WRITE" });
    expect(await readdir(folder)).toEqual(["c"]);
  });

  test("into a path that leads through a file names the file and the reason", async () => {
    await writeFile(at("plain"), "");
    await expect(nodeFiles.writeAtomic(at("plain/c"), "x", 0o600)).rejects.toMatchObject({
      code: "E_FILE_WRITE",
      details: { file: at("plain/c") },
    });
  });

  test("of many at once leaves one of them whole", async () => {
    const contents = Array.from({ length: 20 }, (_none, index) => String(index).repeat(10_000));
    await Promise.all(contents.map((content) => nodeFiles.writeAtomic(at("c"), content, 0o600)));
    expect(contents).toContain(await readFile(at("c"), "utf8"));
    expect(await readdir(folder)).toEqual(["c"]);
  });
});

describe("reading", () => {
  test("what is not there is nothing, and no error", async () => {
    expect(await nodeFiles.readText(at("none"))).toBeUndefined();
    expect(await nodeFiles.readBytes(at("none"))).toBeUndefined();
    expect(await nodeFiles.stat(at("none"))).toBeUndefined();
    expect(await nodeFiles.list(at("none"))).toEqual([]);
    await nodeFiles.remove(at("none"));
  });

  test("a folder as a file is an error that says so", async () => {
    await expect(nodeFiles.readText(folder)).rejects.toMatchObject({
      message: `cannot read ${folder}: it is a folder`,
    });
  });

  test("a file is read through in little memory, in whole or in part, and to its end when that comes sooner", async () => {
    const content = Buffer.alloc(600_000, "0123456789abcdef");
    await nodeFiles.writeAtomic(at("large"), content, 0o644);
    const read = async (first: number, last: number) => {
      const pieces: Buffer[] = [];
      const memories = new Set<ArrayBufferLike>();
      await nodeFiles.readThrough(at("large"), { first, last }, (piece) => {
        memories.add(piece.buffer);
        pieces.push(Buffer.from(piece));
      });
      expect(memories.size).toBeLessThanOrEqual(1);
      return Buffer.concat(pieces);
    };
    const isPart = async (first: number, last: number) =>
      (await read(first, last)).equals(content.subarray(first, last + 1));
    expect(await isPart(0, content.length - 1)).toBe(true);
    expect(await isPart(10, 300_000)).toBe(true);
    expect(await isPart(599_999, 700_000)).toBe(true);
    expect(await isPart(0, -1)).toBe(true);
    await expect(nodeFiles.readThrough(at("none"), { first: 0, last: 1 }, () => {})).rejects.toThrow(
      /cannot read .*none/,
    );
    const stop = () => {
      throw new Error("enough");
    };
    await expect(nodeFiles.readThrough(at("large"), { first: 0, last: 1 }, stop)).rejects.toThrow("enough");
  });

  test("a stream gives the whole file, and names one that is missing", async () => {
    await writeFile(at("large"), Buffer.alloc(200_000, "x"));
    let size = 0;
    for await (const chunk of nodeFiles.stream(at("large"))) size += chunk.length;
    expect(size).toBe(200_000);
    const missing = async () => {
      for await (const _chunk of nodeFiles.stream(at("none"))) size += 1;
    };
    await expect(missing()).rejects.toMatchObject({ code: "E_FILE_READ" });
  });

  test("a stat does not follow links", async () => {
    await symlink("/nowhere", at("link"));
    await writeFile(at("file"), "12345");
    expect(await nodeFiles.stat(at("link"))).toMatchObject({ kind: "link" });
    expect(await nodeFiles.stat(at("file"))).toMatchObject({ kind: "file", size: 5 });
    expect(await nodeFiles.stat(folder)).toMatchObject({ kind: "folder" });
  });

  test("a list is sorted", async () => {
    for (const name of ["b", "a", "c"]) await writeFile(at(name), "");
    expect(await nodeFiles.list(folder)).toEqual(["a", "b", "c"]);
  });
});

describe("appending", () => {
  test("cuts off what is behind the offset, and goes on there", async () => {
    await writeFile(at("part"), "0123456789");
    const file = await nodeFiles.openForAppend(at("part"), 4);
    await file.append(Buffer.from("ab"));
    await file.append(Buffer.from("cd"));
    await file.sync();
    await file.close();
    expect(await readFile(at("part"), "utf8")).toBe("0123abcd");
  });

  test("makes the file and its folder", async () => {
    const file = await nodeFiles.openForAppend(at("x/part"), 0);
    await file.close();
    expect(await readdir(at("x"))).toEqual(["part"]);
  });
});

test("a folder is made, renamed, made durable and removed with all that is in it", async () => {
  await nodeFiles.makeFolder(at("one/two"));
  await nodeFiles.makeFolder(at("one/two"));
  await nodeFiles.rename(at("one"), at("three"));
  await nodeFiles.syncFolder(at("three"));
  expect(await nodeFiles.list(at("three"))).toEqual(["two"]);
  await nodeFiles.remove(at("three"));
  expect(await nodeFiles.list(folder)).toEqual([]);
});

test("the free space of a file system is known", async () => {
  expect(await nodeFiles.freeBytes(folder)).toBeGreaterThan(0);
  await expect(nodeFiles.freeBytes(at("none"))).rejects.toMatchObject({ code: "E_FILE_READ" });
});
