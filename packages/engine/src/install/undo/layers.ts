import type { Clock } from "@gateway-engine/core/clock";
import { InstallError } from "@gateway-engine/core/errors";
import { bytePath, type ExactFiles } from "@gateway-engine/core/exact-files";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { CommandRunner } from "@gateway-engine/core/processes";
import { applyChanges } from "./apply-changes.ts";
import type { Change } from "./change.ts";
import { CHANGE_FOLDERS, type LayerFolders } from "./change-places.ts";
import { changedFiles } from "./changed-files.ts";
import { compareLayer } from "./compare-layer.ts";
import { InstallHome, type LayerRecord } from "./install-home.ts";
import { type Layer, type LayerPlan, planLayers, upperOf, workOf } from "./layer-plan.ts";
import { LayeredCommands } from "./layered-command.ts";
import { type FolderMachine, ownFolders, realPaths } from "./machine-folders.ts";
import { parseMountInfo } from "./mounts.ts";
import { OwnedFiles } from "./owned-files.ts";
import { ownedFolder, rememberedInstalls } from "./remembered.ts";
import { undoChanges } from "./undo-changes.ts";

export interface LayerDeps {
  readonly files: Files;
  readonly exactFiles: ExactFiles;
  readonly clock: Clock;
  readonly commands: CommandRunner;
  readonly paths: GatewayPaths;
  readonly environment: Readonly<Record<string, string>>;
  readonly machine: LayerMachine;
}

/** What layers need of the machine. @see platform/layered */
export interface LayerMachine extends FolderMachine {
  /** The program that runs a command over layers. */
  readonly layeredProgram: () => string;
  readonly endProcessesLayeredOver: (folder: string) => Promise<number>;
}

/** Layers that are ready for a script. */
export interface ReadyLayers {
  readonly commands: CommandRunner;
  /** @see LayerPlan.notUndoable */
  readonly notUndoable: readonly string[];
}

/** The layers that the scripts of installs run over, and what becomes of them. @see docs/reference/install-undo.md */
export class Layers {
  readonly owned: OwnedFiles;
  readonly #deps: LayerDeps;
  #isPossible: Promise<boolean> | undefined;
  #began: { readonly now: number; readonly monotonic: number } | undefined;

  constructor(deps: LayerDeps) {
    this.#deps = deps;
    this.owned = new OwnedFiles(deps.files, deps.exactFiles, ownedFolder(deps.paths.undoDir));
  }

  /** Whether scripts can run over layers here; tried once. */
  isPossible(): Promise<boolean> {
    this.#isPossible ??= this.#try();
    return this.#isPossible;
  }

  /**
   * Makes layers for the script of an install, which are empty.
   *
   * @param passed folders that keep their changes, besides those of the machine; the engine's own can only be read
   */
  async prepare(install: string, passed: readonly string[]): Promise<ReadyLayers> {
    const home = this.#home(install);
    await this.endProcesses(install);
    await home.remove({ kept: "too" });
    const plan = await this.#plan(install, passed);
    if (typeof plan === "string") throw new InstallError("E_UNDO", { problem: plan });
    const { clock } = this.#deps;
    this.#began = { now: clock.now(), monotonic: clock.monotonic() };
    await home.mark();
    return { commands: this.#layered(home), notUndoable: plan.notUndoable };
  }

  /** Ends what still has the layers of an install mounted. @returns how many processes */
  endProcesses(install: string): Promise<number> {
    return this.#deps.machine.endProcessesLayeredOver(this.#home(install).path);
  }

  /** Writes down what the script of an install changed; it has ended by now. @returns mounts that could not be layered after all */
  async list(install: string, signal: AbortSignal): Promise<readonly string[]> {
    const { exactFiles, environment } = this.#deps;
    await exactFiles.sync();
    const home = this.#home(install);
    const { layers, ...record } = await home.record();
    const unlayered: string[] = [];
    const since = this.#isClockSteady() ? await home.began() : undefined;
    const changes = await this.#layered(home).view(environment, signal, async (root) => {
      const found: Change[] = [];
      for (const [index, layer] of layers.entries()) {
        const upper = bytePath(upperOf(layer));
        const lower = lowerOf(layer);
        if ((await exactFiles.stat(upper)) === undefined) unlayered.push(layer.folder);
        else
          found.push(...(await compareLayer(exactFiles, { layer: index, lower, upper, merged: root + lower, since })));
      }
      return found;
    });
    await this.endProcesses(install);
    if (unlayered.length > 0) await home.writeRecord({ layers, unlayered: [...record.unlayered, ...unlayered] });
    await home.writeChanges(changes);
    return unlayered;
  }

  /** @throws InstallError E_UNDO when a file was changed by somebody else meanwhile */
  async apply(install: string): Promise<void> {
    const home = this.#home(install);
    const changes = await home.changes();
    if (changes === undefined) throw new InstallError("E_UNDO", { problem: "the list of changes is gone" });
    await applyChanges(this.#deps.exactFiles, changes, foldersOf(await home.record()));
  }

  /** @returns what could not be put back as it was, a line a file */
  async undo(install: string): Promise<readonly string[]> {
    const home = this.#home(install);
    const record = await home.record();
    const changes = (await home.changes()) ?? [];
    const kept = await undoChanges(this.#deps.exactFiles, changes, foldersOf(record));
    const since = (await home.began()) ?? 0n;
    const names = await changedFiles(this.#deps.exactFiles, { folders: record.unlayered, without: [], since });
    return [...kept, ...names.map((name) => `${name}: changed while the script ran, where no layer is possible`)];
  }

  /**
   * After the end of an install: nothing of it stays but what its undo has kept, and that until the next install is committed.
   * What an undo that failed has left to do is tried once more before its backups go.
   *
   * @param committed the application, when the install was committed
   */
  async settle(install: string, committed: string | undefined): Promise<void> {
    const home = this.#home(install);
    if ((await this.#deps.files.stat(home.path)) === undefined) return;
    await this.endProcesses(install);
    if (committed !== undefined) {
      const changes = await home.changes();
      if (changes !== undefined) await this.owned.add(committed, changes);
      for (const other of await this.remembered()) await this.#home(other).remove({ kept: "too" });
    } else {
      await this.undo(install);
    }
    await home.remove({ kept: "not" });
  }

  /** The installs of which anything is still there. */
  remembered(): Promise<readonly string[]> {
    return rememberedInstalls(this.#deps.files, this.#deps.paths.undoDir);
  }

  async #try(): Promise<boolean> {
    const home = this.#home(PROBE);
    const plan = await this.#plan(PROBE, []).catch(() => "");
    const result =
      typeof plan !== "string" &&
      (await this.#layered(home).run({
        file: "/bin/true",
        args: [],
        cwd: "/",
        env: this.#deps.environment,
        timeoutMs: PROBE_MS,
        graceMs: 0,
        signal: new AbortController().signal,
      }));
    await home.remove({ kept: "too" });
    return result !== false && result.kind === "exited" && result.status === 0;
  }

  /** A clock that was set while the script ran says nothing about which came first. */
  #isClockSteady(): boolean {
    const { clock } = this.#deps;
    if (this.#began === undefined) return false;
    const { now, monotonic } = this.#began;
    return Math.abs(clock.now() - now - (clock.monotonic() - monotonic)) < STEADY_MS;
  }

  async #plan(install: string, passed: readonly string[]): Promise<LayerPlan | string> {
    const { files, machine, paths } = this.#deps;
    const home = this.#home(install);
    await files.makeFolder(home.path, 0o700);
    const plan = planLayers({
      mounts: parseMountInfo(machine.mountInfo()),
      root: (await machine.realPath(paths.root)) ?? paths.root,
      home: (await machine.realPath(home.path)) ?? home.path,
      install,
      passed: await realPaths(machine, [...ownFolders(paths), ...passed]),
      readOnly: (await machine.realPath(paths.stateDir)) ?? paths.stateDir,
    });
    if (typeof plan === "string") return plan;
    const { layers, unlayered, steps } = plan;
    await files.writeAtomic(home.planFile, steps, 0o600);
    await home.writeRecord({ layers, unlayered });
    for (const layer of layers) await this.#makeLayer(layer);
    await files.makeFolder(plan.merged);
    return plan;
  }

  /** The topmost folder of a layer is seen with the attributes of `upper`. */
  async #makeLayer(layer: Layer): Promise<void> {
    const { files, exactFiles } = this.#deps;
    await files.makeFolder(layer.home, 0o700);
    for (const name of CHANGE_FOLDERS) await files.makeFolder(`${layer.home}/${name}`);
    await files.makeFolder(workOf(layer));
    const upper = bytePath(upperOf(layer));
    await exactFiles.makeFolder(upper);
    const lower = await exactFiles.stat(lowerOf(layer) || "/");
    if (lower === undefined) return;
    await exactFiles.setOwner(upper, lower.uid, lower.gid);
    await exactFiles.setMode(upper, lower.mode);
  }

  #layered(home: InstallHome): LayeredCommands {
    return new LayeredCommands(this.#deps.commands, this.#deps.machine.layeredProgram(), home.planFile);
  }

  #home(install: string): InstallHome {
    const { files, exactFiles, paths } = this.#deps;
    return new InstallHome(`${paths.undoDir}/${install}`, files, exactFiles);
  }
}

function foldersOf({ layers }: LayerRecord): readonly LayerFolders[] {
  return layers.map((layer) => ({ lower: lowerOf(layer), home: bytePath(layer.home) }));
}

function lowerOf({ folder }: Layer): string {
  return folder === "/" ? "" : bytePath(folder);
}

/** A clock that is kept right by the network is never set by more in the time that a script takes. */
const STEADY_MS = 1000;

/** Plays an install whose script does nothing. */
const PROBE = "probe";
const PROBE_MS = 10_000;
