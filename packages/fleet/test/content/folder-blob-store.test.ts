import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { systemRandom } from "@gateway-engine/platform/random";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { expect, test } from "vitest";
import { FolderBlobStore } from "../../src/content/folder-blob-store.ts";

async function* chunks(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* failing(): AsyncIterable<Uint8Array> {
  yield Buffer.from("the beginning");
  throw new Error("the line was cut");
}

async function readAll(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of bytes) text += Buffer.from(chunk).toString();
  return text;
}

const sha256 = createHash("sha256").update("hello, world").digest("hex");

test("what was received can be seen once it is kept, whole and in part", async () => {
  using folder = temporaryFolder("blobs");
  const store = new FolderBlobStore(folder.path, nodeFiles, systemRandom);
  await store.open();
  const received = await store.receive(chunks("hello, ", "world"), 100);
  expect(received).toMatchObject({ sha256, size: 12 });
  expect(await store.has(sha256)).toBe(false);
  await received.keep();
  expect(await readAll(store.read(sha256))).toBe("hello, world");
  expect(await readAll(store.read(sha256, { first: 7, last: 9 }))).toBe("wor");
  await store.remove(sha256);
  expect(await store.has(sha256)).toBe(false);
});

test("what is too large, or breaks off, leaves nothing behind", async () => {
  using folder = temporaryFolder("blobs");
  const store = new FolderBlobStore(folder.path, nodeFiles, systemRandom);
  await store.open();
  await expect(store.receive(chunks("12345", "67890"), 9)).rejects.toMatchObject({ code: "E_TOO_LARGE" });
  await expect(store.receive(failing(), 100)).rejects.toThrow("the line was cut");
  expect(await readdir(join(folder.path, "incoming"))).toEqual([]);
});

test("what an earlier run had not received to the end is gone after a start, and what it kept is there", async () => {
  using folder = temporaryFolder("blobs");
  const before = new FolderBlobStore(folder.path, nodeFiles, systemRandom);
  await before.open();
  await (await before.receive(chunks("hello, world"), 100)).keep();
  await writeFile(join(folder.path, "incoming", "half"), "half");
  const store = new FolderBlobStore(folder.path, nodeFiles, systemRandom);
  await store.open();
  expect(await readdir(join(folder.path, "incoming"))).toEqual([]);
  const kept: string[] = [];
  for await (const blob of store.list()) kept.push(blob);
  expect(kept).toEqual([sha256]);
});
