/** Documentation that points somewhere points at something. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const REPOSITORY = resolve(import.meta.dirname, "..");
const PAGES = globSync(["*.md", "docs/**/*.md", "examples/**/*.md", "packages/*/*.md", "adapters/*/*.md"], {
  cwd: REPOSITORY,
});

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

describe("every link to a section leads to a heading", () => {
  test.each(PAGES)("%s", (page) => {
    const text = readFileSync(join(REPOSITORY, page), "utf8");
    const targets = Array.from(text.matchAll(/\]\(([^)\s:]*)#([^)\s]+)\)/g), ([, target = "", section = ""]) => {
      return { page: target === "" ? page : join(dirname(page), target), section };
    });
    const missing = targets.filter((target) => !sectionsOf(target.page).includes(target.section));
    expect(missing).toEqual([]);
  });
});

/** The names by which the headings of a page can be linked to, as GitHub makes them. */
function sectionsOf(page: string): readonly string[] {
  if (!page.endsWith(".md")) return [];
  const headings = readFileSync(join(REPOSITORY, page), "utf8").matchAll(/^#+ (.*)$/gm);
  return Array.from(headings, ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
