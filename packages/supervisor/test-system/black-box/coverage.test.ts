/** Runs after every other file of the black-box suite: prints what was tried, and wants nothing left out. */
import { describe, expect, test } from "vitest";
import { CATALOGUE } from "./catalogue.ts";
import { coveredItems } from "./coverage-notes.ts";
import { coverageTable } from "./coverage-table.ts";
import { DAEMON_KINDS } from "./kinds.ts";

describe("the black-box suite", () => {
  test("has tried every item of the catalogue on each daemon", () => {
    const covered = DAEMON_KINDS.map(({ name }) => ({ name, items: coveredItems(name) }));
    console.log(coverageTable(CATALOGUE, covered));
    const missing = covered.flatMap(({ name, items }) =>
      CATALOGUE.flatMap((chapter) => chapter.items)
        .filter((item) => !items.has(item))
        .map((item) => `${name}: ${item}`),
    );
    expect(missing).toEqual([]);
  });
});
