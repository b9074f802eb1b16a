import { expect, test } from "vitest";
import { parseByteSize } from "../src/sizes.ts";

test.each([
  ["0", 0],
  ["1024", 1024],
  ["-1", -1],
  ["1KB", 1024],
  ["50mb", 52_428_800],
  [" 2 GB ", 2_147_483_648],
])("%j is %i bytes", (text, bytes) => {
  expect(parseByteSize(text)).toEqual({ ok: true, value: bytes });
});

test.each(["", "MB", "1.5MB", "1TB", "1 K B", "ten", "1MBs"])("%j is no size", (text) => {
  expect(parseByteSize(text)).toEqual({ ok: false, problem: "a number of bytes, optionally with KB, MB or GB" });
});
