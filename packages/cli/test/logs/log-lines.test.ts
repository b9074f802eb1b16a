import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { nodeFiles } from "@gateway-engine/platform/files";
import { temporaryFolder } from "@gateway-engine/testkit/temporary-folder";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LogWindow, linesIn } from "../../src/logs/log-lines.ts";
import { mergeLines } from "../../src/logs/merge-lines.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder("cli");
});
afterEach(() => folder.remove());

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder.path, name), content);
  return join(folder.path, name);
}

async function shown(path: string, window: LogWindow): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { text } of linesIn(nodeFiles, path, window)) lines.push(text);
  return lines;
}

test("reads over the parts that were put aside and compressed, the oldest first", async () => {
  write("x.log.2.gz", gzipSync("one\ntwo\n"));
  write("x.log.1", "three\nfour\n");
  write("x.log.old", "not a part\n");
  const path = write("x.log", "five\nsix");
  expect(await shown(path, {})).toEqual(["one", "two", "three", "four", "five", "six"]);
  expect(await shown(path, { last: 3 })).toEqual(["four", "five", "six"]);
  expect(await shown(path, { last: 0 })).toEqual([]);
  expect(await shown(path, { last: 99 })).toHaveLength(6);
});

test("begins with the first line since the time, and keeps the lines that belong to it", async () => {
  const path = write("x.log", "2026-11-23T10:00:00Z old\n  of old\n2026-11-23T11:00:00Z new\n  of new\n");
  expect(await shown(path, { since: Date.UTC(2026, 10, 23, 10, 30) })).toEqual([
    "2026-11-23T11:00:00Z new",
    "  of new",
  ]);
});

test("leaves out a part without times that was last written before", async () => {
  const old = write("x.log.1", "old\n");
  utimesSync(old, 1000, 1000);
  expect(await shown(write("x.log", "new\n"), { since: 2_000_000 })).toEqual(["new"]);
});

test("shows of a part whose compression was cut off what can be read", async () => {
  const whole = gzipSync(Array.from({ length: 20_000 }, (_, line) => `line ${line * 7919}\n`).join(""));
  write("x.log.1.gz", whole.subarray(0, whole.length / 2));
  const lines = await shown(write("x.log", "end\n"), {});
  expect(lines[0]).toBe("line 0");
  expect(lines.at(-1)).toBe("end");
});

test("a log that is not there has no lines", async () => {
  expect(await shown(join(folder.path, "none.log"), { last: 5 })).toEqual([]);
});

test("lines of several logs come in the order of their times", async () => {
  const one = write("one.log", "2026-11-23T10:00:00Z a\n2026-11-23T10:00:03Z d\n");
  const two = write("two.log", "2026-11-23T10:00:01Z b\n  of b\n2026-11-23T10:00:02Z c\n");
  const logs = [one, two].map((path, index) => ({ label: `${index}`, lines: linesIn(nodeFiles, path, {}) }));
  const merged: string[] = [];
  for await (const { label, text } of mergeLines(logs)) merged.push(`${label} ${text.slice(-4).trim()}`);
  expect(merged).toEqual(["0 0Z a", "1 1Z b", "1 of b", "1 2Z c", "0 3Z d"]);
});
