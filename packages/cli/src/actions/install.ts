import type { LogLevel } from "@gateway-engine/core/logger";
import { installPackages } from "@gateway-engine/engine/install-local";
import { systemClock } from "@gateway-engine/platform/clock";
import { installDisplay } from "../install-display.ts";
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
 * Installs packages, one after the other, shows how far each is, and says of each how it went; at level DEBUG it shows
 * every step and everything that install.sh prints.
 *
 * @returns the exit status
 */
export async function install(packages: readonly string[], deps: InstallDeps): Promise<number> {
  const { terminal, debugLevel = "ERROR", environment, folder, signal } = deps;
  const isVerbose = debugLevel === "DEBUG";
  const display = installDisplay({ terminal, isVerbose, monotonic: systemClock.monotonic });
  const allInstalled = await installPackages({
    environment,
    packages,
    folder,
    debugLevel,
    signal,
    write: terminal.err,
    onProgress: (progress) => display.show(progress),
  });
  return allInstalled ? 0 : EXIT_NOT_INSTALLED;
}
