import { VERSION } from "@gateway-engine/core/version";
import type { InstalledApp } from "@gateway-engine/protocol/engine-config";

/**
 * Adds the engine and the queue, as they run, to the installed applications: those that the supervisor runs, and those
 * that a package has replaced.
 *
 * @param groups what the supervisor runs
 * @param queueVersion asks the running queue; undefined when none answers
 */
export async function withOwnParts(
  installed: readonly InstalledApp[],
  groups: readonly string[],
  queueVersion: () => Promise<string | undefined>,
): Promise<readonly InstalledApp[]> {
  const isHere = (part: string) => groups.includes(part) || installed.some(({ name }) => name === part);
  const running = new Map(installed.map(({ name, version }) => [name, version]));
  if (isHere("gwe")) running.set("gwe", VERSION);
  const queue = isHere("gmq") ? await queueVersion() : undefined;
  if (queue !== undefined) running.set("gmq", queue);
  return [...running].map(([name, version]) => ({ name, version }));
}
