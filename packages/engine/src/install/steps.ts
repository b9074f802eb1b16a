import { extractPackage } from "@gateway-engine/artifact/extract-package";
import type { Files, TreeFiles } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Install, Journal } from "../journal/journal.ts";
import type { PackageFetcher } from "./fetch-package.ts";
import type { InstallEffect, InstallEvent } from "./next.ts";
import type { ProgramSwitch } from "./program-switch.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import { failureOf } from "./report.ts";
import { endScript, runScript, type ScriptDeps } from "./run-script.ts";
import type { Predecessor, Release, RollingBack, UnpackedRelease } from "./state.ts";
import type { VersionTable } from "./version-table.ts";

export interface StepsDeps {
  readonly files: Files & TreeFiles;
  readonly paths: GatewayPaths;
  readonly journal: Journal;
  readonly fetcher: PackageFetcher;
  readonly folders: ReleaseFolders;
  readonly programs: ProgramSwitch;
  readonly versions: VersionTable;
  readonly script: ScriptDeps;
  /** The engine's own environment, which a script inherits. */
  readonly environment: Readonly<Record<string, string>>;
  readonly bootId: () => string;
}

export interface StepContext {
  readonly install: Install;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

type Effect<Kind extends InstallEffect["kind"]> = Extract<InstallEffect, { readonly kind: Kind }>;

/** Carries out the effects of an install. Each step may have been cut off before, at any point, and begins anew. */
export class InstallSteps {
  readonly #deps: StepsDeps;

  constructor(deps: StepsDeps) {
    this.#deps = deps;
  }

  /** @returns what came of it; a failure that is not the install's to report is thrown */
  async perform(effect: InstallEffect, context: StepContext): Promise<InstallEvent> {
    try {
      return await this.#perform(effect, context);
    } catch (error) {
      context.signal.throwIfAborted();
      return { kind: "failed", failure: failureOf(error) };
    }
  }

  /** After the end: the version table is brought up to date, and what is no longer needed is removed. */
  async tidy(install: Install, committed: Release | undefined): Promise<void> {
    const { versions, folders, fetcher, journal } = this.#deps;
    if (committed !== undefined) {
      await versions.update();
      await folders.prune(committed, this.#keptVersions(committed.app));
    }
    await fetcher.discard(install);
    journal.forgetOld();
  }

  /** The version in force and the one before it. */
  #keptVersions(app: string): readonly string[] {
    return this.#deps.journal.committedVersions(app).slice(0, KEPT_RELEASES);
  }

  #perform(effect: InstallEffect, context: StepContext): Promise<InstallEvent> {
    switch (effect.kind) {
      case "fetch":
        return this.#fetch(context);
      case "unpack":
        return this.#unpack(effect.release, context);
      case "inspect":
        return this.#inspect(effect.release);
      case "run-script":
        return this.#runScript(effect, context);
      case "switch":
        return this.#switch(effect, context);
      case "watch":
        return Promise.resolve({ kind: "trusted" });
      case "undo":
        return this.#undo(effect.rollback, context);
    }
  }

  async #fetch({ install, signal }: StepContext): Promise<InstallEvent> {
    const outcome = await this.#deps.fetcher.fetch(install, signal);
    if (outcome.kind === "good") return { kind: "fetched", release: outcome.release, checks: outcome.checks };
    return { kind: "failed", failure: failureOf(outcome.error), checks: outcome.checks };
  }

  async #unpack(release: Release, { install, signal }: StepContext): Promise<InstallEvent> {
    const { files, folders, fetcher } = this.#deps;
    const source = files.stream(fetcher.packageFile(install));
    const staging = await folders.stage(release, install.id);
    const unpacked = await extractPackage({ files, name: install.name, source, folder: staging, signal });
    await folders.place(release, install.id);
    const contentRoot = unpacked.contentRoot.slice(staging.length + 1);
    const conf = contentRoot === "" ? "supervisor.conf" : `${contentRoot}/supervisor.conf`;
    const hasProgram = unpacked.entries.some(({ path }) => path === conf);
    return { kind: "unpacked", release: { ...release, contentRoot, hasProgram } };
  }

  async #inspect({ app }: Release): Promise<InstallEvent> {
    const { programs, versions, bootId } = this.#deps;
    const previous = { version: (await versions.versionOf(app)) ?? "", conf: await programs.currentConf(app) };
    return { kind: "inspected", previous, bootId: bootId() };
  }

  async #runScript({ release, previous, again }: Effect<"run-script">, context: StepContext): Promise<InstallEvent> {
    const { script, files } = this.#deps;
    const environment = this.#scriptEnvironment(release, previous);
    await files.makeFolder(environment.GWE_DATA_DIR);
    const outcome = await runScript(script, {
      ...context,
      folder: environment.GWE_RELEASE_DIR,
      name: context.install.name,
      install: context.install.id,
      environment,
      again,
    });
    if (outcome.kind === "succeeded") return { kind: "script-succeeded", output: outcome.output };
    return { kind: "failed", failure: failureOf(outcome.error), output: outcome.output };
  }

  #scriptEnvironment(release: UnpackedRelease, previous: Predecessor) {
    const { paths, environment } = this.#deps;
    return {
      PATH: DEFAULT_PATH,
      ...environment,
      GWE_ROOT: paths.root,
      GWE_APP_NAME: release.app,
      GWE_APP_VERSION: release.version,
      GWE_RELEASE_DIR: this.#contentFolder(release),
      GWE_PREVIOUS_VERSION: previous.version,
      GWE_DATA_DIR: `${paths.stateDir}/data/${release.app}`,
    };
  }

  async #switch({ release }: Effect<"switch">, { signal }: StepContext): Promise<InstallEvent> {
    if (!release.hasProgram) return { kind: "switched", note: "it has no program to start" };
    const conf = await this.#deps.files.readText(`${this.#contentFolder(release)}/supervisor.conf`);
    const note = await this.#deps.programs.switchTo(release.app, conf ?? "", signal);
    return { kind: "switched", note };
  }

  async #undo({ release, undo }: RollingBack, { install, signal }: StepContext): Promise<InstallEvent> {
    const { folders, programs, script } = this.#deps;
    if (undo.kind === "script") await endScript(script, install.id);
    await folders.takeBack(release, install.id, this.#keptVersions(release.app));
    if (undo.kind === "switch") await programs.switchBack(release.app, undo.previous.conf, signal);
    return { kind: "undone" };
  }

  #contentFolder(release: UnpackedRelease): string {
    const folder = this.#deps.folders.path(release);
    return release.contentRoot === "" ? folder : `${folder}/${release.contentRoot}`;
  }
}

/** Releases of an application that stay unpacked. */
const KEPT_RELEASES = 2;

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
