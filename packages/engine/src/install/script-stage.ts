import { type AppManifest, NO_MANIFEST } from "@gateway-engine/artifact/app-manifest";
import type { ChildUser } from "@gateway-engine/core/children";
import { GatewayEngineError, PackageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Install } from "../journal/orders.ts";
import { type Accounts, accountEnvironment, appAccount } from "./app-account.ts";
import { dataPaths } from "./data/data-paths.ts";
import { handOver } from "./hand-over.ts";
import { readManifest } from "./read-manifest.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import { endScript, runScript, type ScriptDeps, type ScriptOutcome, type ScriptRun } from "./run-script.ts";
import { type CommandPlace, dataFolderOf, scriptEnvironment } from "./script-environment.ts";
import type { Predecessor, Undo, UndoMode, UnpackedRelease } from "./state.ts";
import type { Layers } from "./undo/layers.ts";
import type { ScriptTraces } from "./undo/script-traces.ts";
import { UNINSTALL, type UndoScriptDeps, undoByScripts } from "./undo/script-undo.ts";

export interface ScriptStageDeps {
  readonly files: Files;
  readonly paths: GatewayPaths;
  readonly folders: ReleaseFolders;
  readonly script: ScriptDeps;
  readonly layers: Layers;
  readonly traces: ScriptTraces;
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
  readonly withoutScripts: boolean;
  readonly signal: AbortSignal;
}

export interface UninstallOrder {
  readonly install: Pick<Install, "id" | "name">;
  readonly release: UnpackedRelease;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

/** A script of a release that is to be run, on the files themselves or over layers. */
interface ScriptOf {
  readonly install: Pick<Install, "id" | "name">;
  readonly release: UnpackedRelease;
  readonly previousVersion: string;
  /** Without it, the one that installs. */
  readonly script?: typeof UNINSTALL;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
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
    const { script, traces } = this.#deps;
    const { install, release, previous, again, mode } = order;
    // An earlier run may still be going on: the engine was killed, and its script was not.
    if (again) await endScript(script, install.id);
    const run = await this.#prepare({ ...order, previousVersion: previous.version });
    if (mode === "overlay") return this.#runOverLayers(order, run);
    await traces.begin(install.id, await this.#notUndone(release));
    const outcome = await runScript(script, run);
    const left = await endScript(script, install.id);
    await traces.end(install.id);
    return outcome.kind === "failed" ? outcome : { ...outcome, warnings: leftRunning(left) };
  }

  /** Where, and as whom, another command of a release runs. */
  placeOf(release: UnpackedRelease, name: string, manifest: AppManifest): CommandPlace {
    const { accounts } = this.#deps;
    const user = appAccount(accounts, name, manifest);
    const environment = scriptEnvironment(this.#deps, release, "");
    const folder = environment.GWE_RELEASE_DIR;
    return { folder, user, environment: { ...environment, ...accountEnvironment(accounts, user) } };
  }

  async #runOverLayers({ install, release, signal }: ScriptOrder, run: ScriptRun): Promise<ScriptOutcome> {
    const { layers, script, paths } = this.#deps;
    const ofApp = [this.#deps.folders.path(release), dataFolderOf(paths, release.app)];
    const passed = [...ofApp, ...dataPaths(await readManifest(this.#deps, release), paths.root)];
    const { commands, notUndoable } = await layers.prepare(install.id, passed);
    const outcome = await runScript({ ...script, commands }, run);
    const left = (await endScript(script, install.id)) + (await layers.endProcesses(install.id));
    if (outcome.kind === "failed") return outcome;
    const unlayered = await layers.list(install.id, signal);
    const mounts = [...notUndoable, ...unlayered.map((mount) => `${mount}: its file system takes no layers`)];
    const warnings = mounts.map((mount) => `[WARN] undo: changes are not taken back in ${mount}`);
    return { ...outcome, warnings: [...warnings, ...leftRunning(left)] };
  }

  /** Makes the content of the script's layer part of the file system, each file with a backup of what it replaces. */
  async apply({ id }: Install): Promise<void> {
    await this.#deps.layers.apply(id);
  }

  /** Takes back what the script did. @returns files that could not be put back, each with the reason */
  async undo(order: UndoOrder): Promise<readonly string[]> {
    const { script, layers, traces } = this.#deps;
    const { install, undo, withoutScripts } = order;
    await endScript(script, install.id);
    if (undo.mode === "overlay") return layers.undo(install.id);
    const { isDone, reason } = withoutScripts
      ? SCRIPTS_END_THE_ENGINE
      : await undoByScripts(this.#undoScripts(order), undo);
    const names = await traces.changed(install.id, await this.#notUndone(undo.release), isDone);
    return names.map((name) => `${name}: changed by the script, and not put back: ${reason}`);
  }

  /** What a script may change and nobody takes back with it. */
  async #notUndone(release: UnpackedRelease): Promise<readonly string[]> {
    const { paths } = this.#deps;
    const manifest = await readManifest(this.#deps, release).catch(noManifest);
    const data = dataPaths(manifest, paths.root);
    return [`${paths.supervisorConfDir}/${release.app}.conf`, ...data];
  }

  /** Runs uninstall.sh; a release without one has succeeded. */
  async uninstall(order: UninstallOrder): Promise<ScriptOutcome> {
    const { script } = this.#deps;
    const { install, release } = order;
    await endScript(script, install.id);
    if (!(await this.#hasUninstall(release))) return { kind: "succeeded", output: "" };
    const run = await this.#prepare({ ...order, previousVersion: release.version, script: UNINSTALL });
    const outcome = await runScript(script, run);
    await endScript(script, install.id);
    return outcome;
  }

  /**
   * Removes what the scripts of an application made over layers, whether or not a release of it is still there.
   *
   * @returns files that stay, because somebody has changed them since; a line a file
   */
  removeOwned(app: string): Promise<readonly string[]> {
    return this.#deps.layers.owned.removeAll(app);
  }

  /**
   * After the end of an install: what was kept to take it back goes.
   *
   * @param committed the application, when the install was committed
   */
  async forget(install: string, committed: string | undefined): Promise<void> {
    await this.#deps.layers.settle(install, committed);
  }

  /** The installs of which something is kept to take them back. */
  remembered(): Promise<readonly string[]> {
    return this.#deps.layers.remembered();
  }

  #undoScripts({ install, signal }: UndoOrder): UndoScriptDeps {
    return {
      hasUninstall: (release) => this.#hasUninstall(release),
      run: (script) => this.#runToUndo({ ...script, install, signal, onOutput: () => {} }),
    };
  }

  /** A release that its own script has spoiled cannot run another: that is a failure like any. */
  async #runToUndo(script: ScriptOf): Promise<ScriptOutcome> {
    try {
      const outcome = await runScript(this.#deps.script, await this.#prepare(script));
      await endScript(this.#deps.script, script.install.id);
      return outcome;
    } catch (error) {
      script.signal.throwIfAborted();
      if (!(error instanceof GatewayEngineError)) throw error;
      return { kind: "failed", error, output: "" };
    }
  }

  /** One that install.sh has put out of reach is none. */
  async #hasUninstall(release: UnpackedRelease): Promise<boolean> {
    const { files, folders } = this.#deps;
    const found = await files.stat(`${folders.contentFolder(release)}/${UNINSTALL}`).catch(() => undefined);
    return found !== undefined;
  }

  async #prepare({ install, release, previousVersion, script, signal, onOutput }: ScriptOf): Promise<ScriptRun> {
    const { files, accounts } = this.#deps;
    const manifest = await readManifest(this.#deps, release);
    const user = appAccount(accounts, install.name, manifest);
    const environment = scriptEnvironment(this.#deps, release, previousVersion);
    await files.makeFolder(environment.GWE_DATA_DIR);
    if (user !== undefined) await this.#handOver({ install, release, signal }, user);
    return {
      folder: environment.GWE_RELEASE_DIR,
      ...(script === undefined ? {} : { script }),
      name: install.name,
      install: install.id,
      environment: { ...environment, ...accountEnvironment(accounts, user) },
      user,
      timeoutMs: manifest.timeLimit === undefined ? undefined : manifest.timeLimit * 1000,
      signal,
      onOutput,
    };
  }

  async #handOver(
    { install, release, signal }: Pick<ScriptOf, "install" | "release" | "signal">,
    user: ChildUser,
  ): Promise<void> {
    const { script, folders, paths } = this.#deps;
    const dataFolder = dataFolderOf(paths, release.app);
    const order = { releaseFolder: folders.path(release), dataFolder, user, name: install.name, signal };
    await handOver(script.commands, order);
  }
}

/** Its own script has spoiled it. */
function noManifest(error: unknown): AppManifest {
  if (error instanceof PackageError) return NO_MANIFEST;
  throw error;
}

const SCRIPTS_END_THE_ENGINE = {
  isDone: false,
  reason: "the engine ended again and again while the scripts ran that take it back",
};

function leftRunning(count: number): readonly string[] {
  const processes = count === 1 ? "process" : "processes";
  return count === 0 ? [] : [`[WARN] script: it left ${count} ${processes} running, which were ended`];
}
