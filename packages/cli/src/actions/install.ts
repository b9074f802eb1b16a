import type { LogLevel } from "@gateway-engine/core/logger";
import { installPackages } from "@gateway-engine/engine/install-local";
import type { InstallProgress } from "@gateway-engine/protocol/local-control";
import type { Terminal } from "../terminal.ts";

export interface InstallDeps {
  readonly environment: Readonly<Record<string, string>>;
  /** What relative paths start from. */
  readonly folder: string;
  readonly terminal: Terminal;
  readonly debugLevel: LogLevel | undefined;
  readonly signal: AbortSignal;
}

const EXIT_NOT_INSTALLED = 1;

/**
 * Installs packages, one after the other, and says of each how it went; at level DEBUG it shows every step and everything
 * that install.sh prints.
 *
 * @returns the exit status
 */
export async function install(packages: readonly string[], deps: InstallDeps): Promise<number> {
  const { terminal, debugLevel = "ERROR", environment, folder, signal } = deps;
  const allInstalled = await installPackages({
    environment,
    packages,
    folder,
    debugLevel,
    signal,
    write: terminal.err,
    onProgress: (progress) => show(progress, terminal, debugLevel === "DEBUG"),
  });
  return allInstalled ? 0 : EXIT_NOT_INSTALLED;
}

function show(progress: InstallProgress, terminal: Terminal, isVerbose: boolean): void {
  switch (progress.kind) {
    case "state":
      if (isVerbose) terminal.out(`${progress.name}: ${progress.state}\n`);
      return;
    case "output":
      if (isVerbose) terminal.out(progress.text);
      return;
    case "done":
      if (progress.ok) terminal.out(`${progress.name}: ${progress.message}\n`);
      else terminal.err(`gwe: ${progress.name}: ${progress.message}\n`);
  }
}
