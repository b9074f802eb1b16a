import type { TreeFiles } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { CommandRunner } from "@gateway-engine/core/processes";
import type { Neighbours, ServerAccess } from "@gateway-engine/engine/neighbours";
import type { Configuration } from "../configuration.ts";

export type Level = "ok" | "warn" | "fail";

/** What a check has found. */
export interface Verdict {
  readonly level: Level;
  readonly text: string;
  /** What to do about it. */
  readonly mend?: string;
}

/** One line of the doctor. */
export interface Finding extends Verdict {
  /** Of which check. */
  readonly check: string;
}

export interface CheckContext {
  readonly paths: GatewayPaths;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: TreeFiles;
  readonly commands: CommandRunner;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly configuration: Configuration;
  /** Address of the server without a path; empty while nobody has said which it is. */
  readonly server: string;
  readonly neighbours: Neighbours;
  /** How the engine reaches the server. @throws ConfigError E_TLS_FILE */
  readonly openServer: () => Promise<ServerAccess>;
  /** Aborts when the check has had its time. */
  readonly signal: AbortSignal;
}

export type Check = (context: CheckContext) => Promise<readonly Verdict[]>;

/** One row of the table of checks; its file is loaded when its turn comes. */
export interface CheckEntry {
  readonly name: string;
  readonly load: () => Promise<Check>;
}

export function ok(text: string): Verdict {
  return { level: "ok", text };
}

export function warn(text: string, mend: string): Verdict {
  return { level: "warn", text, mend };
}

export function fail(text: string, mend: string): Verdict {
  return { level: "fail", text, mend };
}
