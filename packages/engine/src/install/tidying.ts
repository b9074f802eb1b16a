import { componentOf } from "../components/component-of.ts";
import type { ComponentSteps } from "../components/component-steps.ts";
import type { Journal } from "../journal/journal.ts";
import type { Install } from "../journal/orders.ts";
import type { DataSnapshots } from "./data/snapshots.ts";
import type { PackageFetcher } from "./fetch-package.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import type { ScriptStage } from "./script-stage.ts";
import { isEnd, type Release } from "./state.ts";
import type { VersionTable } from "./version-table.ts";

export interface TidyingDeps {
  readonly journal: Journal;
  readonly fetcher: Pick<PackageFetcher, "sweep">;
  readonly folders: Pick<ReleaseFolders, "prune">;
  readonly versions: Pick<VersionTable, "update">;
  readonly script: Pick<ScriptStage, "forget" | "remembered">;
  /** For packages that replace a part of the engine; loaded when there is one. */
  readonly components: () => Promise<Pick<ComponentSteps, "forget">>;
  readonly snapshots: Pick<DataSnapshots, "forget" | "remembered">;
  /** Releases of an application that stay unpacked; asked before each use, since it is a setting. */
  readonly keptReleases: () => Promise<number>;
}

/** Removes what installs that have ended needed. */
export class Tidying {
  readonly #deps: TidyingDeps;

  constructor(deps: TidyingDeps) {
    this.#deps = deps;
  }

  /** After the end: the version table is brought up to date, and what is no longer needed is removed. */
  async tidy(install: Install, committed: Release | undefined): Promise<void> {
    const { versions, folders, fetcher, script, snapshots, journal } = this.#deps;
    if (committed !== undefined) {
      await versions.update();
      await folders.prune(committed.app, await this.keptVersions(committed.app));
    }
    const component = committed === undefined ? undefined : componentOf(committed.app);
    if (component !== undefined) await (await this.#deps.components()).forget(component, install);
    await script.forget(install.id, committed?.app);
    await snapshots.forget(install.id);
    await fetcher.sweep(journal.openInstalls());
    journal.forgetOld();
  }

  /** What installs left behind that ended just before the engine did. */
  async sweep(): Promise<void> {
    const { script, fetcher, folders, snapshots, journal } = this.#deps;
    const open = journal.openInstalls();
    await fetcher.sweep(open);
    for (const install of await script.remembered()) {
      const state = journal.stateOf(install);
      const committed = state.kind === "committed" ? state.release.app : undefined;
      if (isEnd(state) && !open.includes(install)) await script.forget(install, committed);
    }
    for (const install of await snapshots.remembered()) {
      if (!open.includes(install)) await snapshots.forget(install);
    }
    const busy = journal.openOrders().map(({ app }) => app);
    for (const { name } of journal.installedApps()) {
      if (!busy.includes(name)) await folders.prune(name, await this.keptVersions(name));
    }
  }

  /** The version in force and those before it, as many as stay unpacked. */
  async keptVersions(app: string): Promise<readonly string[]> {
    return this.#deps.journal.committedVersions(app).slice(0, await this.#deps.keptReleases());
  }
}
