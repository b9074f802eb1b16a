import { mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { reachableSocketPath } from "../src/socket-path.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function longPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "gwe-socket-"));
  folders.push(folder);
  const deep = join(folder, "d".repeat(100));
  mkdirSync(deep);
  return join(deep, "gwe.sock");
}

test("a path that the kernel takes stays as it is", () => {
  expect(reachableSocketPath("/run/gateway-engine/gwe.sock")).toBe("/run/gateway-engine/gwe.sock");
  const longest = `/${"x".repeat(106)}`;
  expect(reachableSocketPath(longest)).toBe(longest);
});

test("a longer one leads through a short link to the same place, each time the same", () => {
  const path = longPath();
  const reachable = reachableSocketPath(path);
  folders.push(dirname(reachable));
  expect(Buffer.byteLength(reachable)).toBeLessThanOrEqual(107);
  expect(readlinkSync(dirname(reachable))).toBe(dirname(path));
  writeFileSync(path, "");
  expect(realpathSync(reachable)).toBe(realpathSync(path));
  expect(reachableSocketPath(path)).toBe(reachable);
});

test("bytes count, not characters", () => {
  const path = `/${"é".repeat(60)}`;
  expect(reachableSocketPath(path)).not.toBe(path);
});
