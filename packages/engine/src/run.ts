/** Runs the engine: what `gwe` does when it is given no other work. */
import { ConfigError } from "@gateway-engine/core/errors";
import type { LogLevel } from "@gateway-engine/core/logger";
import { VERSION } from "@gateway-engine/core/version";
import { aborted } from "@gateway-engine/platform/signals";
import { composeEngine, type Engine } from "./compose.ts";
import type { Environment } from "./environment.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

export interface RunEngineOptions {
  readonly environment: Environment;
  /** One check-in and the installs that it orders, then the end. */
  readonly once: boolean;
  /** Instead of the level in Engine.config. */
  readonly debugLevel?: LogLevel | undefined;
  /** Aborts when the engine has to end. */
  readonly signal: AbortSignal;
  /** Takes the lines of the log. */
  readonly write: (text: string) => void;
}

/** Exit status of a gateway that has no identity, as the original's `-1` reaches a shell. */
const EXIT_NO_IDENTITY = 255;

/** Exit status of an engine that is to be started again from another release: none that a supervisor expects. */
const EXIT_START_AGAIN = 75;

/** Time for everything to end in good order, in milliseconds. */
const STOP_DEADLINE_MS = 1800;

/**
 * @returns the exit status: 0, EXIT_START_AGAIN, or EXIT_NO_IDENTITY, for which the reason is in the log
 * @throws StorageError E_LOCKED when an engine runs already; ConfigError when a file has to be mended; with `once`,
 *   also what kept the check-in from coming about
 */
export async function runEngine(options: RunEngineOptions): Promise<number> {
  const workshop = await openWorkshop(options);
  try {
    return await runIn(workshop, options);
  } finally {
    workshop.close();
  }
}

async function runIn(workshop: Workshop, { once, signal }: RunEngineOptions): Promise<number> {
  const { log, paths } = workshop;
  log.info(`Gateway Engine ${VERSION} in ${paths.root}`);
  try {
    const engine = await composeEngine(workshop);
    if (once) await runOnce(engine, signal);
    else if ((await runUntil(engine, signal)) === "replaced") {
      log.info("ended, to be started again from the release that is in force");
      return EXIT_START_AGAIN;
    }
  } catch (error) {
    if (!(error instanceof ConfigError && error.code === "E_IDENTITY_MISSING")) throw error;
    log.error(error.message);
    return EXIT_NO_IDENTITY;
  }
  log.info("ended");
  return 0;
}

async function runOnce(engine: Engine, signal: AbortSignal): Promise<void> {
  try {
    await engine.once(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function runUntil(engine: Engine, signal: AbortSignal): Promise<"told" | "replaced"> {
  try {
    await engine.start();
    const told = aborted(signal).then(() => "told" as const);
    const replaced = engine.replaced.then(() => "replaced" as const);
    return await Promise.race([told, replaced, engine.failure]);
  } finally {
    await engine.stop(STOP_DEADLINE_MS);
  }
}
