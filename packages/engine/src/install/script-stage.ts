import { type AppManifest, MANIFEST_FILE, NO_MANIFEST, parseAppManifest } from "@gateway-engine/artifact/app-manifest";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Install } from "../journal/journal.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import { endScript, runScript, type ScriptDeps, type ScriptOutcome, type ScriptRun } from "./run-script.ts";
import type { Predecessor, Undo, UndoMode, UnpackedRelease } from "./state.ts";
import type { Layers } from "./undo/layers.ts";

export interface ScriptStageDeps {
  readonly files: Files;
  readonly paths: GatewayPaths;
  readonly folders: ReleaseFolders;
  readonly script: ScriptDeps;
  readonly layers: Layers;
  /** The engine's own environment, which a script inherits. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ScriptOrder {
  readonly install: Install;
  readonly release: UnpackedRelease;
  readonly previous: Predecessor;
  readonly mode: UndoMode;
  /** A run of the script may have been cut off before. */
  readonly again: boolean;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

export interface UndoOrder {
  readonly install: Install;
  readonly undo: Exclude<Undo, { readonly kind: "folder" }>;
  readonly signal: AbortSignal;
}

/** Runs a release's script so that what it does can be taken back. Every method may be cut off anywhere and called again. */
export class ScriptStage {
  readonly #deps: ScriptStageDeps;

  constructor(deps: ScriptStageDeps) {
    this.#deps = deps;
  }

  /** How what the script of `release` does can be taken back here. A one-off may restart the machine: it works on the files themselves. */
  async modeFor(release: UnpackedRelease): Promise<UndoMode> {
    const manifest = await this.#manifest(release);
    const mayLayer = release.hasProgram && manifest.undo === "overlay";
    return mayLayer && (await this.#deps.layers.isPossible()) ? "overlay" : "script";
  }

  async run(order: ScriptOrder): Promise<ScriptOutcome> {
    const { script, files } = this.#deps;
    const { install, release, previous, again, signal, onOutput } = order;
    const environment = this.#environment(release, previous);
    await files.makeFolder(environment.GWE_DATA_DIR);
    if (again) await endScript(script, install.id);
    const run = { folder: environment.GWE_RELEASE_DIR, name: install.name, install: install.id, environment };
    if (order.mode === "script") return runScript(script, { ...run, again, signal, onOutput });
    return this.#runOverLayers(order, { ...run, again, signal, onOutput });
  }

  async #runOverLayers({ install, release, signal }: ScriptOrder, run: ScriptRun): Promise<ScriptOutcome> {
    const { layers, script } = this.#deps;
    const { data } = await this.#manifest(release);
    const { commands } = await layers.prepare(
      install.id,
      data.map(({ path }) => path),
    );
    const outcome = await runScript({ ...script, commands }, run);
    await endScript(script, install.id);
    if (outcome.kind === "succeeded") await layers.list(install.id, signal);
    return outcome;
  }

  /** Makes the content of the script's layer part of the file system, each file with a backup of what it replaces. */
  async apply({ id }: Install): Promise<void> {
    await this.#deps.layers.apply(id);
  }

  /** Takes back what the script did. @returns files that could not be put back, each with the reason */
  async undo({ install, undo }: UndoOrder): Promise<readonly string[]> {
    await endScript(this.#deps.script, install.id);
    return undo.mode === "overlay" ? this.#deps.layers.undo(install.id) : [];
  }

  /** After the end of an install: what was kept to take it back goes. */
  async forget({ id }: Install): Promise<void> {
    await this.#deps.layers.remove(id);
  }

  async #manifest(release: UnpackedRelease): Promise<AppManifest> {
    const text = await this.#deps.files.readText(`${this.#deps.folders.contentFolder(release)}/${MANIFEST_FILE}`);
    const manifest = text === undefined ? undefined : parseAppManifest(text);
    return manifest?.ok === true ? manifest.value : NO_MANIFEST;
  }

  #environment(release: UnpackedRelease, previous: Predecessor) {
    const { paths, environment, folders } = this.#deps;
    return {
      PATH: DEFAULT_PATH,
      ...environment,
      GWE_ROOT: paths.root,
      GWE_APP_NAME: release.app,
      GWE_APP_VERSION: release.version,
      GWE_RELEASE_DIR: folders.contentFolder(release),
      GWE_PREVIOUS_VERSION: previous.version,
      GWE_DATA_DIR: `${paths.stateDir}/data/${release.app}`,
    };
  }
}

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
