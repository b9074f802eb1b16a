import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatHelp, formatUsage } from "../src/help.ts";

const readme = readFileSync(new URL("./fixtures/readme-help.txt", import.meta.url), "utf8");

test("the help begins with the README's option list, byte for byte", () => {
  expect(formatHelp().slice(0, readme.length)).toBe(readme);
});

test("the usage lines of an error are the README's", () => {
  expect(readme.startsWith(`${formatUsage()}\noptional arguments:`)).toBe(true);
});

test("the spellings of later releases stand under a heading of their own", () => {
  const added = formatHelp().slice(readme.length);
  expect(added).toMatch(/^\nfurther arguments:\n/);
  for (const flag of ["--product-id", "--check-tarfile", "--build-app", "--mac-address", "--server"]) {
    expect(added).toContain(`  ${flag} `);
  }
});
