/** Becoming another program: this process, with its pid and its children, goes on as that one. */
import { accessSync, constants } from "node:fs";
import { errnoReason } from "./errno.ts";

/** @param file absolute path @returns why this process cannot become the program; undefined when it can */
export function replacementProblem(file: string): string | undefined {
  if (process.execve === undefined) {
    return `Node ${process.versions.node} cannot replace a running program; Node 23.11 or newer can`;
  }
  try {
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    return `${file}: ${errnoReason(error)}`;
  }
}

/**
 * Ends everything in this process but the process itself. Files and sockets are closed, other than the standard streams.
 *
 * @throws Error where `replacementProblem` says so
 */
export function replaceProcess(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): never {
  const problem = replacementProblem(file);
  if (process.execve === undefined || problem !== undefined) throw new Error(problem);
  return process.execve(file, [file, ...args], environment);
}
