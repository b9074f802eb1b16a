import { expect, test } from "vitest";
import { countIn } from "../src/machine/sync-count.ts";

test("the syncs of all kinds are added up, and the sum that strace makes is left out", () => {
  const summary = [
    "% time     seconds  usecs/call     calls    errors syscall",
    "------ ----------- ----------- --------- --------- ----------------",
    " 99.12    0.220011          69      3145           fdatasync",
    "  0.88    0.000123          61         2         1 fsync",
    "------ ----------- ----------- --------- --------- ----------------",
    "100.00    0.220134          69      3147         1 total",
    "",
  ].join("\n");
  expect(countIn(summary)).toBe(3147);
});

test("a server that syncs nothing has an empty summary", () => {
  expect(countIn("")).toBe(0);
});
