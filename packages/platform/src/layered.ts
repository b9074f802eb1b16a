/** The program that runs a command over layers of the file system, and the processes that have such layers mounted. */
import { existsSync, readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { endProcesses, ofProcess } from "./stray-processes.ts";

/** In a release it lies beside the programs, in the repository beside the launcher. @see platform/bin/layered */
function layeredProgram(): string {
  const beside = join(import.meta.dirname, "layered");
  return existsSync(beside) ? beside : join(import.meta.dirname, "../bin/layered");
}

/** @returns the path without any link; undefined when there is nothing at it */
function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

/** As of this process. @returns the text of mountinfo, @see proc_pid_mountinfo(5) */
function mountInfo(): string {
  return readFileSync("/proc/self/mountinfo", "utf8");
}

/**
 * Ends every process that has a layer mounted whose changes go below `folder`: only then is the layer at rest.
 *
 * @returns how many processes were ended, once they are gone
 */
function endProcessesLayeredOver(folder: string): Promise<number> {
  const mark = `upperdir=${folder}/`;
  return endProcesses((pid) => ofProcess(pid, "mountinfo")?.includes(mark));
}

/** What scripts over layers need of the machine. */
export const layerMachine: {
  readonly layeredProgram: typeof layeredProgram;
  readonly realPath: typeof realPath;
  readonly mountInfo: typeof mountInfo;
  readonly endProcessesLayeredOver: typeof endProcessesLayeredOver;
} = { layeredProgram, realPath, mountInfo, endProcessesLayeredOver };
