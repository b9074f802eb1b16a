import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { gzipCompressor } from "../src/file-compressor.ts";

const never = new AbortController().signal;

function folderWith(text: string): { readonly from: string; readonly to: string } {
  const folder = mkdtempSync(join(tmpdir(), "gzip-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "plain"), text);
  return { from: join(folder, "plain"), to: join(folder, "copy.gz") };
}

test("a copy holds the whole file, with its rights and its time, and tells which file it is of", async () => {
  const text = "a line of a log\n".repeat(20_000);
  const { from, to } = folderWith(text);
  utimesSync(from, 1000, 2000);
  const read: number[] = [];
  await gzipCompressor.compress({ from, to, signal: never }, (identity) => void read.push(identity));
  expect(gunzipSync(readFileSync(to)).toString()).toBe(text);
  expect(read).toEqual([statSync(from).ino]);
  expect([statSync(to).mode, statSync(to).mtimeMs]).toEqual([statSync(from).mode, 2_000_000]);
});

test("no copy is left when the signal aborts", async () => {
  const { from, to } = folderWith("text");
  const copy = { from, to, signal: AbortSignal.abort() };
  await expect(gzipCompressor.compress(copy, () => {})).rejects.toThrow(/aborted/);
  expect(existsSync(to)).toBe(false);
});

test("no copy is left when what is done with it fails", async () => {
  const { from, to } = folderWith("text");
  const fail = () => {
    throw new Error("cannot be renamed");
  };
  await expect(gzipCompressor.compress({ from, to, signal: never }, fail)).rejects.toThrow("cannot be renamed");
  expect(existsSync(to)).toBe(false);
});
