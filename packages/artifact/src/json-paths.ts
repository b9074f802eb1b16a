/** Paths and commands in gwe.json. */
import { list, type Shape, text } from "./json-shape.ts";

/** An absolute path without `.`, `..`, doubled slashes and control characters. */
export const absolutePath: Shape<string> = text(
  'an absolute path without "." and ".." parts',
  (path) => path.startsWith("/") && path !== "/" && isPlain(path.slice(1)),
);

/** A path within the release folder. */
export const releasePath: Shape<string> = text('a path within the package, without "." and ".." parts', isPlain);

/** A program with its arguments. */
export const command: Shape<readonly string[]> = list(
  text("a text of at most 4000 characters", (word) => word.length <= 4000 && !word.includes("\0")),
  100,
);

function isPlain(path: string): boolean {
  if (path.length > 1024 || /[\x00-\x1f\x7f]/.test(path)) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
