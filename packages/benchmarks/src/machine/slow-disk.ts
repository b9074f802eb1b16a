/** A disk that is slower than this machine's, for programs that are told so. */
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { REPOSITORY } from "./repository.ts";

const SOURCE = join(REPOSITORY, "packages/benchmarks/native/slow-sync.c");

/**
 * @param folder gets the compiled shim
 * @returns the environment of a program whose every sync takes so much longer
 * @throws Error when there is no C compiler
 */
export async function slowDisk(folder: string, syncMs: number): Promise<Readonly<Record<string, string>>> {
  const shim = join(folder, "slow-sync.so");
  await runCommand("gcc", ["-O2", "-shared", "-fPIC", "-o", shim, SOURCE]);
  return { LD_PRELOAD: shim, SLOW_SYNC_MS: String(syncMs) };
}
