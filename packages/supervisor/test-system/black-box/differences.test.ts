import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { DIFFERENCES } from "./differences.ts";

test("every difference that the suite allows is in the documentation", () => {
  const page = resolve(import.meta.dirname, "../../../../docs/reference/supervisor-differences.md");
  const table = readFileSync(page, "utf8");
  for (const difference of DIFFERENCES) expect(table).toContain(`| ${difference}`);
});
