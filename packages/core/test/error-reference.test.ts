/** The catalogue of error codes and docs/reference/errors.md say the same. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../src/error-codes.ts";

const PAGE = resolve(import.meta.dirname, "../../../docs/reference/errors.md");

interface Entry {
  readonly code: string;
  readonly text: string;
}

/** `### E_CODE`, then the sentence as a quotation, then what it means; the next heading ends it. */
const entries: readonly Entry[] = readFileSync(PAGE, "utf8")
  .split(/^(?=#{1,3} )/m)
  .flatMap((part) => {
    const match = /^### (E_[A-Z_]+)\n/.exec(part);
    return match === null ? [] : [{ code: match[1] ?? "", text: part.slice(match[0].length) }];
  });

test("every code of the catalogue is explained in docs/reference/errors.md, in the catalogue's order", () => {
  expect(entries.map(({ code }) => code)).toEqual(Object.keys(ERROR_CODES));
});

describe.each(Object.entries(ERROR_CODES))("%s", (code, sentence) => {
  const text = entries.find((entry) => entry.code === code)?.text ?? "";

  test("is quoted with its sentence", () => {
    expect(text).toContain(`> ${sentence}\n`);
  });

  test("says when it happens, what to do, and with which status a program ends", () => {
    expect(text).toMatch(/^\*\*When:\*\* \S/m);
    expect(text).toMatch(/^\*\*What to do:\*\* \S/m);
    expect(text).toMatch(/^\*\*Exit status:\*\* \d+/m);
  });
});
