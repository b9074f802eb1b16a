/**
 * npm run bench: measures the programs and their peers on the same work in one run, and prints ratios.
 *
 * Usage: npm run bench -- [--quick] [AREA [MEASUREMENT...]]; without arguments it says what there is.
 * --quick: a third of the rounds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endProcessesWith } from "@gateway-engine/platform/stray-processes";
import { catalogueOf, type RunOptions, runnable } from "./area.ts";
import { gmqArea } from "./gmq/area.ts";
import { installArea } from "./install/area.ts";
import { supervisorArea } from "./supervisor/area.ts";

const AREAS = [runnable(supervisorArea), runnable(gmqArea), runnable(installArea)];

const QUICK = "--quick";
const MARK = "GWE_BENCHMARK";
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
  const folders = new Set<string>();
  const remove = (path: string) => {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    folders.delete(path);
  };
  // By this mark everything that a run has started is found when it is interrupted.
  process.env[MARK] = String(process.pid);
  let isInterrupted = false;
  const interrupt = async (exitStatus: number): Promise<never> => {
    isInterrupted = true;
    await endProcessesWith(MARK, String(process.pid));
    for (const path of folders) remove(path);
    process.exit(exitStatus);
  };
  process.once("SIGINT", () => void interrupt(130));
  process.once("SIGTERM", () => void interrupt(143));
  const options: RunOptions = {
    quick: given.includes(QUICK),
    makeFolder: (measurement) => {
      const path = mkdtempSync(join(tmpdir(), `gwe-bench-${measurement}-`));
      folders.add(path);
      return { path, remove: () => remove(path) };
    },
    print: (text) => void process.stdout.write(text),
    progress: (text) => void process.stderr.write(text),
  };
  await area.run(measurements, options).catch((error: unknown) => {
    // What is measured has just been ended.
    if (!isInterrupted) throw error;
  });
}
