import { bytePath, type ExactFiles } from "@gateway-engine/core/exact-files";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { changedFiles, type Search, topmost } from "./changed-files.ts";
import { InstallHome } from "./install-home.ts";
import { type FolderMachine, ownFolders, realPaths } from "./machine-folders.ts";
import { isWithin, type Mount, parseMountInfo } from "./mounts.ts";
import { readListing, writeListing } from "./tree-listing.ts";

export interface TraceDeps {
  readonly files: Files;
  readonly exactFiles: ExactFiles;
  readonly paths: GatewayPaths;
  readonly machine: FolderMachine;
}

/** What scripts do that work on the files themselves: it cannot be taken back, but named. */
export class ScriptTraces {
  readonly #deps: TraceDeps;

  constructor(deps: TraceDeps) {
    this.#deps = deps;
  }

  /** Notes that the script of an install begins, and which files there are. @param without folders besides the engine's own */
  async begin(install: string, without: readonly string[]): Promise<void> {
    const { files, exactFiles } = this.#deps;
    const home = this.#home(install);
    if ((await home.began()) !== undefined) return;
    const area = await this.#area(without);
    await files.makeFolder(home.path, 0o700);
    const order = { folders: topmost(area.folders), without: area.without.map(bytePath), file: home.listingFile };
    await writeListing({ files, exactFiles }, order);
    await home.mark();
  }

  /** Notes that the script has ended. */
  end(install: string): Promise<void> {
    return this.#home(install).markEnd();
  }

  /**
   * The files that the script of an install has changed, made or removed.
   *
   * @param without besides the engine's own
   * @param isUndone scripts have taken it back: what was changed after the script's end is so because of them
   */
  async changed(install: string, without: readonly string[], isUndone: boolean): Promise<readonly string[]> {
    const { files, exactFiles } = this.#deps;
    const home = this.#home(install);
    const since = await home.began();
    if (since === undefined) return [];
    const until = isUndone ? await home.ended() : undefined;
    const listing = readListing(files, home.listingFile);
    return changedFiles(exactFiles, { ...(await this.#area(without)), since, until, listing });
  }

  /** Where scripts may work. */
  async #area(without: readonly string[]): Promise<Pick<Search, "folders" | "without">> {
    const { machine, paths } = this.#deps;
    const root = (await machine.realPath(paths.root)) ?? paths.root;
    const mounts = parseMountInfo(machine.mountInfo()).filter(({ at }) => isWithin(at, root));
    const own = await realPaths(machine, [...ownFolders(paths), paths.configDir, ...without]);
    const kernel = mounts.filter(({ isWritable }: Mount) => !isWritable).map(({ at }) => at);
    return { folders: [root], without: [...own, ...kernel] };
  }

  #home(install: string): InstallHome {
    const { files, exactFiles, paths } = this.#deps;
    return new InstallHome(`${paths.undoDir}/${install}`, files, exactFiles);
  }
}
