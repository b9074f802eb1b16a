/** Where things are in the clone that the benchmark runs from. */
import { join, resolve } from "node:path";

export const REPOSITORY: string = resolve(import.meta.dirname, "../../../..");

/** The launcher of a program, as its user starts it. */
export function launcherOf(program: string): string {
  return join(REPOSITORY, "node_modules/.bin", program);
}

/** For what a benchmark fetches or makes and keeps for the next run; git ignores it. */
export const BUILD_FOLDER: string = join(REPOSITORY, "build/benchmarks");
