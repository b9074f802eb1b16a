/** Our parser beside the original's: some hundred small files, each with one rule or option, and files made at random. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CASES, type Case } from "./cases.ts";
import { DIFFERENCES } from "./differences.ts";
import { randomFiles } from "./random-files.ts";
import { type Reading, readWithOriginal, readWithOurs } from "./readers.ts";

const folder = mkdtempSync(join(tmpdir(), "configuration-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("each rule and option", () => {
  const names = Object.keys(CASES);
  let readings: ReadonlyMap<string, Pair>;

  beforeAll(async () => {
    const pairs = await readBoth(Object.values(CASES), "cases");
    readings = new Map(names.map((name, index) => [name, pairs[index] ?? NOT_READ]));
  });

  test.each(names.filter((name) => DIFFERENCES[name] === undefined))("%s", (name) => {
    const { ours, original } = readings.get(name) ?? NOT_READ;
    expect(ours).toEqual(original);
  });

  test.each(Object.entries(DIFFERENCES))("%s differs: %s", (name) => {
    const { ours, original } = readings.get(name) ?? NOT_READ;
    expect(ours).not.toEqual(original);
    if ("refused" in original && "refused" in ours) expect(ours.refused).not.toBe("");
  });
});

test("files made at random", { timeout: 60_000 }, async () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  const files = randomFiles(seed, 400);
  const pairs = await readBoth(files, "random");
  expect(pairs.filter(({ original }) => "read" in original).length).toBeGreaterThan(50);
  for (const [index, { ours, original }] of pairs.entries()) {
    const context = `SEED=${seed}\n${files[index]?.text}`;
    expect(withoutNotices(ours), context).toEqual(withoutNotices(original));
  }
});

interface Pair {
  readonly ours: Reading;
  readonly original: Reading;
}

const NOT_READ: Pair = { ours: { refused: "not read" }, original: { refused: "never read" } };

async function readBoth(cases: readonly Case[], into: string): Promise<readonly Pair[]> {
  const paths = cases.map(({ text, files = {} }, index) => {
    for (const [name, content] of Object.entries({ "s.conf": text, ...files })) {
      const path = join(folder, into, String(index), name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return join(folder, into, String(index), "s.conf");
  });
  const originals = await readWithOriginal(paths, folder);
  return paths.map((path, index) => ({
    ours: withoutPlace(readWithOurs(path, folder)),
    original: withoutPlace(originals[index] ?? { refused: "the original ended" }),
  }));
}

/** What is read, or that it is refused. */
function withoutNotices(reading: Reading): unknown {
  return "read" in reading ? { ...reading.read, notices: [] } : "refused";
}

/** A refusal's reason. We add what is expected, and a place where the original names none or less. */
function withoutPlace(reading: Reading): Reading {
  if ("read" in reading) return reading;
  const [reason = ""] = reading.refused.split(/; .* is expected| in section '| \("/);
  return { refused: reason };
}
