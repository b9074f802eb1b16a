/**
 * Makes named pipes. Node cannot, the system's command `mkfifo` can, and a process for each pipe is dear: each command
 * makes some more than are asked for, in the same folder, and those that are asked for next only get their name.
 */
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { StorageError } from "@gateway-engine/core/errors";
import { errnoCode, errnoReason } from "./errno.ts";

export class FifoStock {
  readonly #folder: string;
  /** Tells the pipes of this stock from those of any other. */
  readonly #mark = randomBytes(8).toString("hex");
  #made = 0;
  /** Absolute paths of pipes that have no name yet. */
  #spare: string[];

  /** @param folder of all pipes, an absolute path; what a stock before this one left over there is used up */
  constructor(folder: string) {
    this.#folder = folder;
    this.#spare = leftOverIn(folder);
  }

  /** Makes those of the pipes that are missing. @throws StorageError */
  async make(paths: readonly string[]): Promise<void> {
    for (let more = this.#place(paths); more > 0; more = this.#place(paths)) {
      const fresh = this.#nameSome(more);
      await promisify(execFile)("mkfifo", commandLine(fresh)).catch((cause: unknown) => refuse(paths, cause));
      this.#spare.push(...fresh);
    }
  }

  /** The same, for the rare case that somebody removed one since. */
  makeNow(paths: readonly string[]): void {
    for (let more = this.#place(paths); more > 0; more = this.#place(paths)) {
      const fresh = this.#nameSome(more);
      try {
        execFileSync("mkfifo", commandLine(fresh), { stdio: ["ignore", "ignore", "pipe"] });
      } catch (cause) {
        refuse(paths, cause);
      }
      this.#spare.push(...fresh);
    }
  }

  /** Names spare pipes as those of the paths that are missing. @returns how many more are needed */
  #place(paths: readonly string[]): number {
    const missing = missingFifos(paths);
    for (const [index, path] of missing.entries()) {
      const spare = this.#spare.pop();
      if (spare === undefined) return missing.length - index;
      if (isRenamed(spare, path)) continue;
      this.#spare = [];
      return missing.length - index;
    }
    return 0;
  }

  #nameSome(needed: number): readonly string[] {
    const count = Math.min(needed + AHEAD, PIPES_A_COMMAND);
    return Array.from({ length: count }, () => {
      this.#made += 1;
      return join(this.#folder, `${SPARE_PREFIX}${this.#mark}-${this.#made}`);
    });
  }
}

function leftOverIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.startsWith(SPARE_PREFIX))
    .map((name) => join(folder, name));
}

function commandLine(paths: readonly string[]): string[] {
  return ["-m", "600", "--", ...paths];
}

/** @returns false when somebody has removed the spare pipe */
function isRenamed(spare: string, path: string): boolean {
  try {
    fs.renameSync(spare, path);
    return true;
  } catch (error) {
    if (errnoCode(error) === "ENOENT") return false;
    throw new StorageError("E_FILE_WRITE", { file: path, reason: errnoReason(error) }, { cause: error });
  }
}

function missingFifos(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => {
    const found = fs.lstatSync(path, { throwIfNoEntry: false });
    if (found?.isFIFO() === true) return false;
    if (found === undefined) fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    else fs.rmSync(path, { recursive: true, force: true });
    return true;
  });
}

function refuse(paths: readonly string[], cause: unknown): never {
  const reason = errnoCode(cause) === "ENOENT" ? "the command mkfifo is missing" : errnoReason(cause);
  throw new StorageError("E_FILE_WRITE", { file: paths[0] ?? "", reason }, { cause });
}

const SPARE_PREFIX = ".spare-";
/** As many as thirty processes need. */
const AHEAD = 90;
/** What fits on one command line. */
const PIPES_A_COMMAND = 500;
