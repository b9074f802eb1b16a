import { type BuildDeps, type BuildRequest, buildPackage } from "@gateway-engine/artifact/build-package";
import { formatChecks } from "@gateway-engine/artifact/check-package";
import type { LogLevel } from "@gateway-engine/core/logger";
import type { Terminal } from "../terminal.ts";

export interface BuildAppDeps extends BuildDeps {
  readonly terminal: Terminal;
  readonly debugLevel: LogLevel;
}

/**
 * Builds an application's package. Standard output gets its path and nothing else, for `scp $(gwe --build-app app.json) ...`;
 * at level DEBUG standard error gets what went in and how the checks went.
 */
export async function buildApp(request: BuildRequest, deps: BuildAppDeps): Promise<void> {
  const { terminal, debugLevel } = deps;
  const built = await buildPackage(deps, request);
  if (debugLevel === "DEBUG") {
    const details = [...built.files.map((path) => `packed ${path}`), ...formatChecks(built.checks)];
    terminal.err(details.map((line) => `${line}\n`).join(""));
  }
  terminal.out(`${built.path}\n`);
}
