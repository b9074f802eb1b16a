import fc from "fast-check";
import { expect, test } from "vitest";
import { globToRegExp } from "../src/glob.ts";

test.each([
  ["install.sh", "install.sh", true],
  ["install.sh", "installxsh", false],
  ["*", "file", true],
  ["*", ".hidden", false],
  ["*", "folder/file", false],
  [".*", ".hidden", true],
  ["*.py", "app.py", true],
  ["*.py", "lib/app.py", false],
  ["lib/*.py", "lib/app.py", true],
  ["lib/*", "lib/.hidden", false],
  ["**/*.py", "app.py", true],
  ["**/*.py", "a/b/app.py", true],
  ["a/**", "a/b/c", true],
  ["file?", "file1", true],
  ["file?", "file", false],
  ["file[12a-c]", "fileb", true],
  ["file[!12]", "file3", true],
  ["file[!12]", "file1", false],
  ["a+b(1).txt", "a+b(1).txt", true],
  ["[", "[", true],
])("%s and %s: %s", (pattern, path, matches) => {
  expect(globToRegExp(pattern).test(path)).toBe(matches);
});

test("a pattern without special characters matches itself and nothing else", () => {
  const plain = fc.string({ minLength: 1 }).map((text) => text.replaceAll(/[*?[\]]/g, "x"));
  fc.assert(
    fc.property(plain, plain, (pattern, path) => {
      expect(globToRegExp(pattern).test(path)).toBe(pattern === path);
    }),
  );
});

test("no pattern is an error", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("*", "?", "[", "]", "!", "-", "a", "z", "/", "^", "\\") }),
      (pattern) => {
        globToRegExp(pattern).test("a/z");
      },
    ),
  );
});
