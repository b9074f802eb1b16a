import { InstallError } from "@gateway-engine/core/errors";
import { formatApps, type InstalledApp } from "@gateway-engine/protocol/engine-config";
import type { Journal } from "../journal/journal.ts";
import type { EngineConfigFile } from "../settings.ts";

/**
 * The installed applications with their versions. The journal is what counts; Engine.config shows it to people, and also
 * holds what was installed before there was a journal.
 */
export class VersionTable {
  readonly #journal: Journal;
  readonly #engineConfig: EngineConfigFile;

  constructor(journal: Journal, engineConfig: EngineConfigFile) {
    this.#journal = journal;
    this.#engineConfig = engineConfig;
  }

  async apps(): Promise<readonly InstalledApp[]> {
    const { apps } = await this.#engineConfig.read();
    const merged = new Map(apps.map(({ name, version }) => [name, version]));
    for (const name of this.#journal.uninstalledApps()) merged.delete(name);
    for (const { name, version } of this.#journal.installedApps()) merged.set(name, version);
    return [...merged].map(([name, version]) => ({ name, version }));
  }

  async versionOf(app: string): Promise<string | undefined> {
    return (await this.apps()).find(({ name }) => name === app)?.version;
  }

  /** Writes the table into Engine.config. */
  async update(): Promise<void> {
    await this.#engineConfig.set({ apps: formatApps(await this.apps()) });
  }
}

/** E_APP_UNKNOWN, which says what is installed. */
export async function unknownApp(app: string, versions: Pick<VersionTable, "apps">): Promise<InstallError> {
  const names = (await versions.apps()).map(({ name }) => name);
  return new InstallError("E_APP_UNKNOWN", { app, installed: names.length === 0 ? "nothing" : names.join(", ") });
}
