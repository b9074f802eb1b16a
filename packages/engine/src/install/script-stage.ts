import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { Install } from "../journal/journal.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import { endScript, runScript, type ScriptDeps, type ScriptOutcome } from "./run-script.ts";
import type { Predecessor, Undo, UndoMode, UnpackedRelease } from "./state.ts";

export interface ScriptStageDeps {
  readonly files: Files;
  readonly paths: GatewayPaths;
  readonly folders: ReleaseFolders;
  readonly script: ScriptDeps;
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

  /** How what the script of `release` does can be taken back here. */
  async modeFor(_release: UnpackedRelease): Promise<UndoMode> {
    return "script";
  }

  async run({ install, release, previous, again, signal, onOutput }: ScriptOrder): Promise<ScriptOutcome> {
    const { script, files } = this.#deps;
    const environment = this.#environment(release, previous);
    await files.makeFolder(environment.GWE_DATA_DIR);
    return runScript(script, {
      folder: environment.GWE_RELEASE_DIR,
      name: install.name,
      install: install.id,
      environment,
      again,
      signal,
      onOutput,
    });
  }

  /** Makes the content of the script's layer part of the file system, each file with a backup of what it replaces. */
  async apply(_install: Install): Promise<void> {}

  /** Takes back what the script did. @returns files that could not be put back, each with the reason */
  async undo({ install }: UndoOrder): Promise<readonly string[]> {
    await endScript(this.#deps.script, install.id);
    return [];
  }

  /** After the end of an install: what was kept to take it back goes. */
  async forget(_install: Install): Promise<void> {}

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
