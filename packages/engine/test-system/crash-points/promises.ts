/** What the packages of the life promise besides: what runs is what is on the disk, and a one-off has run once. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { settledPrograms } from "./inspection.ts";
import { APP, ONE_OFF_RUNS, PROGRAM_REPORT } from "./packages.ts";
import type { Stage } from "./stage.ts";

const REPORT_LIMIT_MS = 5000;

/** @returns which promises are broken, one line each */
export async function brokenPromises(stage: Stage): Promise<readonly string[]> {
  return [
    ...(await programProblems(stage)),
    ...(runsOfOneOff(stage.root) > 1 ? ["the one-off has run more than once"] : []),
  ];
}

/** Exactly one, of the version that the table names, with the settings of that version. */
async function programProblems(stage: Stage): Promise<readonly string[]> {
  const version = new RegExp(`{"${APP}":"([^"]+)"}`).exec(readText(stage.paths.engineConfig))?.[1];
  const running = (await settledPrograms(stage)).filter(
    ({ group, statename }) => group === APP && statename === "RUNNING",
  );
  if (version === undefined) return running.length === 0 ? [] : [`${APP} runs and is in no version table`];
  const [program, ...more] = running;
  if (program === undefined || more.length > 0) return [`${running.length} programs of ${APP} run`];
  const wanted = `${program.pid} ${version} ${version}`;
  const end = performance.now() + REPORT_LIMIT_MS;
  for (;;) {
    const report = readText(join(stage.root, PROGRAM_REPORT)).trim();
    if (report === wanted) return [];
    if (performance.now() > end) {
      return [`the program says "${report}" (pid, version, settings) instead of "${wanted}"`];
    }
    await sleep(20);
  }
}

function runsOfOneOff(root: string): number {
  return readText(join(root, ONE_OFF_RUNS)).split("\n").filter(Boolean).length;
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
