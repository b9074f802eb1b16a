import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { nodeFiles } from "@gateway-engine/platform/files";
import { expect, test } from "vitest";
import { Gaps } from "../../src/device/gaps.ts";
import { SystemTree } from "../../src/device/system-tree.ts";
import { fakeRoot } from "../helpers.ts";

function treeWith(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}) {
  const root = fakeRoot(files);
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  return new SystemTree(nodeFiles, root, new Gaps());
}

test.each([
  ["a relative link", "../devices/uart"],
  ["an absolute link", "/sys/devices/uart"],
  ["a link that climbs above the root", "../../../../../../../../sys/devices/uart"],
])("%s is followed inside of the root", async (_, target) => {
  const tree = treeWith({ "sys/devices/uart/name": "inside\n" }, { "sys/class/port": target });
  expect(await tree.words("sys/class/port/name")).toBe("inside");
  expect(await tree.linkedName("sys/class/port")).toBe("uart");
  expect(tree.gaps.list()).toEqual([]);
});

test("a link never shows a file outside of the root", async () => {
  const tree = treeWith({ "sys/x": "1" }, { "sys/host": "/etc/passwd", "sys/up": "../../../../../../etc/passwd" });
  expect([await tree.text("sys/host"), await tree.text("sys/up"), await tree.text("../../etc/passwd")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("links in a circle lead nowhere", async () => {
  const tree = treeWith({}, { "sys/a": "b", "sys/b": "a" });
  expect(await tree.text("sys/a")).toBeUndefined();
  expect(await tree.list("sys/a")).toEqual([]);
});

test.each([
  ["42\n", 42],
  ["-1250\n", -1250],
  ["0x1F\n", 31],
])("%j is the number %d", async (text, number) => {
  expect(await treeWith({ "sys/n": text }).number("sys/n")).toBe(number);
});

test.each(["twelve", "1e9", "12 34", "0x", "4.5"])("%j is no number, and a gap", async (text) => {
  const tree = treeWith({ "sys/n": text });
  expect(await tree.number("sys/n")).toBeUndefined();
  expect(tree.gaps.list()).toEqual(["sys/n: not a number"]);
});

test("words stand on one line, without control characters, and are cut", async () => {
  const tree = treeWith({ "sys/a": " Model\u0000\tB\u0007\r\n plus \n", "sys/b": "x".repeat(500), "sys/c": "\n" });
  expect(await tree.words("sys/a")).toBe("Model B plus");
  expect(await tree.words("sys/b")).toHaveLength(96);
  expect(await tree.words("sys/c")).toBeUndefined();
});

test("more gaps than fit are counted", () => {
  const gaps = new Gaps();
  for (let index = 0; index < 30; index += 1) gaps.add(`sys/${String(index).padStart(2, "0")}`, "cannot be read");
  expect(gaps.list()).toHaveLength(25);
  expect(gaps.list().at(-1)).toBe("and 6 more");
});
