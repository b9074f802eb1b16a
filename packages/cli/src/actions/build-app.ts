import {
  type BuildDeps,
  type BuildFolderRequest,
  type BuildRequest,
  type BuiltPackage,
  buildFolder,
  buildPackage,
} from "@gateway-engine/artifact/build-package";
import { formatChecks } from "@gateway-engine/artifact/check-package";
import type { LogLevel } from "@gateway-engine/core/logger";
import type { Terminal } from "../terminal.ts";

export interface BuildAppDeps extends BuildDeps {
  readonly terminal: Terminal;
  readonly debugLevel: LogLevel | undefined;
}

/** Builds the package that a buildfile describes, and prints its path. */
export async function buildApp(request: BuildRequest, deps: BuildAppDeps): Promise<void> {
  report(await buildPackage(deps, request), deps);
}

/** Builds a package of everything in the current folder, and prints its path. */
export async function buildCurrentFolder(request: BuildFolderRequest, deps: BuildAppDeps): Promise<void> {
  report(await buildFolder(deps, request), deps);
}

/**
 * Standard output gets the path and nothing else, for `scp $(gwe --build-app app.json) ...`;
 * at level DEBUG standard error gets what went in and how the checks went.
 */
function report(built: BuiltPackage, { terminal, debugLevel }: BuildAppDeps): void {
  if (debugLevel === "DEBUG") {
    const details = [...built.files.map((path) => `packed ${path}`), ...formatChecks(built.checks)];
    terminal.err(details.map((line) => `${line}\n`).join(""));
  }
  terminal.out(`${built.path}\n`);
}
