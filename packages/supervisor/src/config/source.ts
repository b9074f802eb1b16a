/**
 * What a supervisord.conf is read with: its text, and what only the machine knows.
 *
 * The daemon gathers it (`compose.ts`), the parser stays pure.
 */
import type { Result } from "@gateway-engine/core/result";
import type { Environment, UserConfig } from "./model.ts";

export interface ConfigSource {
  /** Absolute path; its folder is `%(here)s`. */
  readonly path: string;
  readonly text: string;
  /**
   * The files that one pattern of `[include] files` matches, sorted.
   *
   * @param pattern absolute
   * @returns the files, or which one cannot be read and why
   */
  readonly include: (pattern: string) => Result<readonly IncludedFile[], string>;
  readonly machine: ConfigMachine;
}

export interface IncludedFile {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

export interface ConfigMachine {
  /** The daemon's own environment, for `%(ENV_X)s`. */
  readonly environment: Environment;
  readonly hostName: string;
  /** Whose process the daemon is. */
  readonly uid: number;
  /** Where `logfile` and `pidfile` lie when nothing is said. */
  readonly workingDirectory: string;
  readonly findUser: (nameOrUid: string) => UserConfig | undefined;
  readonly homeOf: (nameOrUid: string) => string | undefined;
  /** @returns the number of a group of users, found by name or number */
  readonly findGroup: (nameOrGid: string) => number | undefined;
  readonly folderExists: (path: string) => boolean;
  /** @returns the text of a file, undefined where there is none; or why it cannot be read */
  readonly readText: (path: string) => Result<string | undefined, string>;
}
