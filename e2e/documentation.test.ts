/** Documentation that points somewhere points at something. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const REPOSITORY = resolve(import.meta.dirname, "..");
const PAGES = globSync(["*.md", "docs/**/*.md", "examples/**/*.md", "packages/*/*.md"], { cwd: REPOSITORY });

describe("every relative link leads to a file", () => {
  test.each(PAGES)("%s", (page) => {
    const text = readFileSync(join(REPOSITORY, page), "utf8");
    const targets = Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target ?? "")
      .filter((target) => !/^(https?:|mailto:|#)/.test(target))
      .map((target) => target.replace(/#.*/, ""));
    const missing = targets.filter((target) => !existsSync(join(REPOSITORY, dirname(page), target)));
    expect(missing).toEqual([]);
  });
});
