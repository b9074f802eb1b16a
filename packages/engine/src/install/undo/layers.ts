import { InstallError } from "@gateway-engine/core/errors";
import { bytePath, type ExactFiles } from "@gateway-engine/core/exact-files";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { CommandRunner } from "@gateway-engine/core/processes";
import { applyChanges } from "./apply-changes.ts";
import type { Change } from "./change.ts";
import { readChangeList, writeChangeList } from "./change-list.ts";
import type { LayerFolders } from "./change-places.ts";
import { compareLayer } from "./compare-layer.ts";
import { type Layer, type LayerPlan, planLayers, upperOf, workOf } from "./layer-plan.ts";
import { LayeredCommands } from "./layered-command.ts";
import { parseMountInfo } from "./mounts.ts";
import { undoChanges } from "./undo-changes.ts";

export interface LayerDeps {
  readonly files: Files;
  readonly exactFiles: ExactFiles;
  readonly commands: CommandRunner;
  readonly paths: GatewayPaths;
  readonly environment: Readonly<Record<string, string>>;
  readonly machine: LayerMachine;
}

/** What layers need of the machine. @see platform/layered */
export interface LayerMachine {
  /** The program that runs a command over layers. */
  readonly layeredProgram: () => string;
  readonly mountInfo: () => string;
  /** @returns undefined when there is nothing at `path` */
  readonly realPath: (path: string) => Promise<string | undefined>;
  readonly endProcessesLayeredOver: (folder: string) => Promise<number>;
}

/** Layers that are ready for a script. */
export interface ReadyLayers {
  readonly commands: CommandRunner;
  /** @see LayerPlan.notUndoable */
  readonly notUndoable: readonly string[];
}

/**
 * The layers that the scripts of installs run over, and what comes of them.
 *
 * In `<undoDir>/<install>/`: `plan` and `layers.json` say what is layered; `root/` is the layer of the mount that the
 * engine's state is on, others have `.gateway-engine-undo/<install>/` on theirs; `changes.jsonl` is there as soon as the
 * script has done its work.
 */
export class Layers {
  readonly #deps: LayerDeps;
  #isPossible: Promise<boolean> | undefined;

  constructor(deps: LayerDeps) {
    this.#deps = deps;
  }

  /** Whether scripts can run over layers here; tried once. */
  isPossible(): Promise<boolean> {
    this.#isPossible ??= this.#try();
    return this.#isPossible;
  }

  /**
   * Makes layers for the script of an install, which are empty.
   *
   * @param passed folders that keep their changes, besides those of the engine
   */
  async prepare(install: string, passed: readonly string[]): Promise<ReadyLayers> {
    await this.remove(install);
    const plan = await this.#plan(install, passed);
    if (typeof plan === "string") throw new InstallError("E_UNDO", { problem: plan });
    return { commands: this.#layered(install), notUndoable: plan.notUndoable };
  }

  /** Writes down what the script of an install changed; it has ended by now. */
  async list(install: string, signal: AbortSignal): Promise<void> {
    const { files, exactFiles, environment, machine } = this.#deps;
    await exactFiles.sync();
    const layers = await this.#layersOf(install);
    const changes = await this.#layered(install).view(environment, signal, async (root) => {
      const found: Change[] = [];
      for (const [index, layer] of layers.entries()) {
        const upper = bytePath(upperOf(layer));
        if ((await exactFiles.stat(upper)) === undefined) continue;
        const lower = lowerOf(layer);
        found.push(...(await compareLayer(exactFiles, { layer: index, lower, upper, merged: `${root}${lower}` })));
      }
      return found;
    });
    if (changes === undefined) throw new InstallError("E_UNDO", { problem: "the layers could not be looked at" });
    await machine.endProcessesLayeredOver(this.#home(install));
    await writeChangeList(files, this.#listFile(install), changes);
  }

  /** @throws InstallError E_UNDO when a file was changed by somebody else meanwhile */
  async apply(install: string): Promise<void> {
    const changes = await readChangeList(this.#deps.files, this.#listFile(install));
    if (changes === undefined) throw new InstallError("E_UNDO", { problem: "the list of changes is gone" });
    await applyChanges(this.#deps.exactFiles, changes, await this.#folders(install));
  }

  /** @returns what could not be put back as it was, a line a file */
  async undo(install: string): Promise<readonly string[]> {
    const changes = await readChangeList(this.#deps.files, this.#listFile(install));
    if (changes === undefined) return [];
    return undoChanges(this.#deps.exactFiles, changes, await this.#folders(install));
  }

  /** Ends what still uses the layers of an install, and removes them; only what undo has kept stays. */
  async remove(install: string): Promise<void> {
    const { files, exactFiles, machine } = this.#deps;
    const home = this.#home(install);
    if ((await files.stat(home)) === undefined) return;
    await machine.endProcessesLayeredOver(home);
    let hasKept = false;
    for (const { home: of } of await this.#folders(install)) {
      for (const name of ["upper", "work", "backup", "trash"]) await exactFiles.remove(`${of}/${name}`);
      if ((await exactFiles.stat(`${of}/kept`)) === undefined) await exactFiles.remove(of);
      else hasKept = true;
    }
    if (!hasKept) await exactFiles.remove(bytePath(home));
  }

  async #try(): Promise<boolean> {
    const { commands, environment } = this.#deps;
    const plan = await this.#plan(PROBE, []).catch(() => "");
    if (typeof plan === "string") return false;
    const result = await new LayeredCommands(commands, this.#program, this.#planFile(PROBE)).run({
      file: "/bin/true",
      args: [],
      cwd: "/",
      env: environment,
      timeoutMs: PROBE_MS,
      graceMs: 0,
      signal: new AbortController().signal,
    });
    await this.remove(PROBE);
    return result.kind === "exited" && result.status === 0;
  }

  async #plan(install: string, passed: readonly string[]): Promise<LayerPlan | string> {
    const { files, machine } = this.#deps;
    const home = this.#home(install);
    await files.makeFolder(home, 0o700);
    const plan = planLayers({
      mounts: parseMountInfo(machine.mountInfo()),
      root: (await machine.realPath(this.#deps.paths.root)) ?? "/",
      home: (await machine.realPath(home)) ?? home,
      install,
      passed: await this.#realPaths([...this.#ownFolders(), ...passed]),
    });
    if (typeof plan === "string") return plan;
    await files.writeAtomic(this.#layersFile(install), JSON.stringify(plan.layers), 0o600);
    for (const layer of plan.layers) await this.#makeLayer(layer);
    await files.makeFolder(plan.merged);
    await files.writeAtomic(this.#planFile(install), plan.steps, 0o600);
    return plan;
  }

  /** The topmost folder of a layer is seen with the attributes of `upper`. */
  async #makeLayer(layer: Layer): Promise<void> {
    const { files, exactFiles } = this.#deps;
    await files.makeFolder(layer.home, 0o700);
    await files.makeFolder(workOf(layer));
    const upper = bytePath(upperOf(layer));
    await exactFiles.makeFolder(upper);
    const lower = await exactFiles.stat(lowerOf(layer) || "/");
    if (lower === undefined) return;
    await exactFiles.setOwner(upper, lower.uid, lower.gid);
    await exactFiles.setMode(upper, lower.mode);
  }

  #ownFolders(): readonly string[] {
    const { root, stateDir, logDir } = this.#deps.paths;
    const base = root === "/" ? "" : root;
    const passed = ["dev", "proc", "run", "sys", "tmp", "var/tmp"];
    return [stateDir, logDir, ...passed.map((name) => `${base}/${name}`)];
  }

  async #realPaths(paths: readonly string[]): Promise<readonly string[]> {
    const real = await Promise.all(paths.map((path) => this.#deps.machine.realPath(path)));
    return real.filter((path) => path !== undefined);
  }

  async #layersOf(install: string): Promise<readonly Layer[]> {
    const text = await this.#deps.files.readText(this.#layersFile(install));
    return text === undefined ? [] : (JSON.parse(text) as readonly Layer[]);
  }

  async #folders(install: string): Promise<readonly LayerFolders[]> {
    return (await this.#layersOf(install)).map((layer) => ({ lower: lowerOf(layer), home: bytePath(layer.home) }));
  }

  #layered(install: string): LayeredCommands {
    return new LayeredCommands(this.#deps.commands, this.#program, this.#planFile(install));
  }

  get #program(): string {
    return this.#deps.machine.layeredProgram();
  }

  #home(install: string): string {
    return `${this.#deps.paths.undoDir}/${install}`;
  }

  #planFile(install: string): string {
    return `${this.#home(install)}/plan`;
  }

  #layersFile(install: string): string {
    return `${this.#home(install)}/layers.json`;
  }

  #listFile(install: string): string {
    return `${this.#home(install)}/changes.jsonl`;
  }
}

function lowerOf({ folder }: Layer): string {
  return folder === "/" ? "" : bytePath(folder);
}

/** Plays an install whose script does nothing. */
const PROBE = "probe";
const PROBE_MS = 10_000;
