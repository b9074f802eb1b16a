/**
 * npm run bench: measures the programs and their peers on the same work in one run, and prints ratios.
 *
 * Usage: npm run bench -- [--quick] [AREA [MEASUREMENT...]]; without arguments it says what there is.
 * --quick: a third of the rounds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogueOf, runArea } from "./area.ts";
import { supervisorArea } from "./supervisor/area.ts";

const AREAS = [supervisorArea];

const QUICK = "--quick";
const given = process.argv.slice(2);
const [name, ...measurements] = given.filter((word) => word !== QUICK);
const area = AREAS.find((known) => known.name === name);
const unknown = measurements.find((wanted) => !area?.measurements.some((known) => known.name === wanted));

if (name === undefined) {
  process.stdout.write(catalogueOf(AREAS));
} else if (area === undefined || unknown !== undefined) {
  process.stderr.write(`bench: there is no ${area === undefined ? name : `${name} ${unknown}`}\n${catalogueOf(AREAS)}`);
  process.exitCode = 64;
} else {
  await runArea(area, measurements, {
    quick: given.includes(QUICK),
    makeFolder: (measurement) => {
      const path = mkdtempSync(join(tmpdir(), `gwe-bench-${measurement}-`));
      return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
    },
    print: (text) => void process.stdout.write(text),
    progress: (text) => void process.stderr.write(text),
  });
}
