import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { FifoStock } from "../src/fifo-stock.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fifo-stock-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function isOurFifo(path: string): boolean {
  const stats = statSync(path);
  return stats.isFIFO() && (stats.mode & 0o777) === 0o600;
}

const spareIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith(".spare-"));

test("pipes that are asked for one after the other come out of one command", async () => {
  const folder = emptyFolder();
  const stock = new FifoStock(folder);
  await stock.make([join(folder, "first")]);
  const spare = spareIn(folder).length;
  const more = ["a", "b", "c"].map((name) => join(folder, name));
  stock.makeNow(more);
  expect(more.every(isOurFifo)).toBe(true);
  expect(spareIn(folder)).toHaveLength(spare - more.length);
});

test("more pipes than fit on one command line are made all the same", async () => {
  const folder = emptyFolder();
  const paths = Array.from({ length: 1200 }, (_, index) => join(folder, `pipe-${index}`));
  await new FifoStock(folder).make(paths);
  expect(paths.every(isOurFifo)).toBe(true);
});

test("a pipe that is there already is left alone", async () => {
  const folder = emptyFolder();
  const stock = new FifoStock(folder);
  await stock.make([join(folder, "x")]);
  const { ino } = statSync(join(folder, "x"));
  await stock.make([join(folder, "x"), join(folder, "y")]);
  stock.makeNow([join(folder, "x")]);
  expect(statSync(join(folder, "x")).ino).toBe(ino);
});

test("pipes that a killed program had not used yet are used by the next one", async () => {
  const folder = emptyFolder();
  await new FifoStock(folder).make([join(folder, "x")]);
  const before = spareIn(folder);
  new FifoStock(folder).makeNow([join(folder, "y")]);
  expect(spareIn(folder)).toHaveLength(before.length - 1);
});

test("spare pipes that somebody removed, with their folder, are made again", async () => {
  const folder = emptyFolder();
  const stock = new FifoStock(folder);
  await stock.make([join(folder, "x")]);
  rmSync(folder, { recursive: true });
  stock.makeNow([join(folder, "x")]);
  expect(isOurFifo(join(folder, "x"))).toBe(true);
});

test("says what hinders it", async () => {
  const folder = emptyFolder();
  const paths = [join(folder, "x")];
  vi.stubEnv("PATH", "/nonexistent");
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(new FifoStock(folder).make(paths)).rejects.toThrow("the command mkfifo is missing");
  expect(() => new FifoStock(folder).makeNow(paths)).toThrow("the command mkfifo is missing");
});
