import type { ChildUser } from "@gateway-engine/core/children";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Install } from "../journal/journal.ts";
import { type Accounts, accountEnvironment, appAccount } from "./app-account.ts";
import { dataPaths } from "./data/data-paths.ts";
import { handOver } from "./hand-over.ts";
import { readManifest } from "./read-manifest.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import { endScript, runScript, type ScriptDeps, type ScriptOutcome, type ScriptRun } from "./run-script.ts";
import { dataFolderOf, scriptEnvironment } from "./script-environment.ts";
import type { Predecessor, Undo, UndoMode, UnpackedRelease } from "./state.ts";
import type { Layers } from "./undo/layers.ts";

export interface ScriptStageDeps {
  readonly files: Files;
  readonly paths: GatewayPaths;
  readonly folders: ReleaseFolders;
  readonly script: ScriptDeps;
  readonly layers: Layers;
  readonly accounts: Accounts;
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
    const manifest = await readManifest(this.#deps, release);
    const mayLayer = release.hasProgram && manifest.undo === "overlay";
    return mayLayer && (await this.#deps.layers.isPossible()) ? "overlay" : "script";
  }

  async run(order: ScriptOrder): Promise<ScriptOutcome> {
    const { script, files, accounts } = this.#deps;
    const { install, release, previous, again, signal, onOutput } = order;
    const manifest = await readManifest(this.#deps, release);
    const user = appAccount(accounts, install.name, manifest);
    const environment = scriptEnvironment(this.#deps, release, previous.version);
    await files.makeFolder(environment.GWE_DATA_DIR);
    if (again) await endScript(script, install.id);
    if (user !== undefined) await this.#handOver(order, user);
    const run: ScriptRun = {
      folder: environment.GWE_RELEASE_DIR,
      name: install.name,
      install: install.id,
      environment: { ...environment, ...accountEnvironment(accounts, user) },
      user,
      timeoutMs: manifest.timeLimit === undefined ? undefined : manifest.timeLimit * 1000,
      again,
      signal,
      onOutput,
    };
    if (order.mode === "script") return runScript(script, run);
    return this.#runOverLayers(order, run, dataPaths(manifest, this.#deps.paths.root));
  }

  async #handOver({ install, release, signal }: ScriptOrder, user: ChildUser): Promise<void> {
    const { script, folders, paths } = this.#deps;
    const dataFolder = dataFolderOf(paths, release.app);
    const order = { releaseFolder: folders.path(release), dataFolder, user, name: install.name, signal };
    await handOver(script.commands, order);
  }

  async #runOverLayers(
    { install, signal }: ScriptOrder,
    run: ScriptRun,
    passed: readonly string[],
  ): Promise<ScriptOutcome> {
    const { layers, script } = this.#deps;
    const { commands } = await layers.prepare(install.id, passed);
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
}
