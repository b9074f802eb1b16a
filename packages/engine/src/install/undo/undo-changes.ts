import { type ExactFiles, type ExactStat, readablePath } from "@gateway-engine/core/exact-files";
import { isMoved } from "./apply-changes.ts";
import { type Change, hasAttributes, isSame } from "./change.ts";
import { type ChangePlaces, type LayerFolders, moveTo, placesOf } from "./change-places.ts";

/**
 * Takes back what `applyChanges` did, as far as it came, in the reverse order. May be cut off between any two steps and called again.
 *
 * A file that somebody has changed since gives way to the original and is kept.
 *
 * @returns what was kept, a line a file
 */
export async function undoChanges(
  files: ExactFiles,
  changes: readonly Change[],
  layers: readonly LayerFolders[],
): Promise<readonly string[]> {
  const steps = changes.map((change, index) => new UndoStep(files, change, placesOf(change, index, layers)));
  for (const step of steps.reverse()) await step.takeBack();
  await files.sync();
  const kept: string[] = [];
  for (const { lower, home } of layers) {
    for (const path of await filesBelow(files, `${home}/kept`)) {
      const original = readablePath(`${lower}${path}`);
      kept.push(
        `${original}: was changed after the install; that content is kept as ${readablePath(`${home}/kept${path}`)}`,
      );
    }
  }
  return kept;
}

class UndoStep {
  readonly #files: ExactFiles;
  readonly #change: Change;
  readonly #places: ChangePlaces;

  constructor(files: ExactFiles, change: Change, places: ChangePlaces) {
    this.#files = files;
    this.#change = change;
    this.#places = places;
  }

  async takeBack(): Promise<void> {
    if (this.#change.kind === "attributes") return this.#resetAttributes();
    if (!(await this.#isBegun())) return;
    await this.#clear();
    await this.#restore();
  }

  /** A second name alone, which was made for a file that then was not replaced, changes nothing. */
  async #isBegun(): Promise<boolean> {
    const { source, backup } = this.#places;
    if (this.#change.kind === "put" && (await this.#stat(source)) === undefined) return true;
    return isMoved(this.#change) && (await this.#stat(backup)) !== undefined;
  }

  async #resetAttributes(): Promise<void> {
    if (this.#change.kind !== "attributes") return;
    const { target } = this.#places;
    const { mode, uid, gid } = this.#change.was;
    const found = await this.#stat(target);
    if (found?.kind !== "folder" || hasAttributes(found, this.#change.was)) return;
    await this.#files.setOwner(target, uid, gid);
    await this.#files.setMode(target, mode);
  }

  /** Where nothing was before, and where a folder is in the way of the backup, what is there now goes. */
  async #clear(): Promise<void> {
    if (this.#change.kind === "attributes") return;
    const { target, backup, trash, kept } = this.#places;
    const found = await this.#stat(target);
    const isTrashed = (await this.#stat(trash)) !== undefined;
    const isDone = this.#change.was === null ? isTrashed : (await this.#stat(backup)) === undefined;
    if (found !== undefined && !isDone) {
      if (this.#isOurs(found)) await this.#trash(found);
      else await this.#keep(found, kept);
    }
    await this.#keepForeign();
  }

  async #trash(found: ExactStat): Promise<void> {
    const { target, trash } = this.#places;
    // The rename of the backup replaces a file in one step.
    const isReplaced = this.#change.kind === "put" && this.#change.was !== null && !isMoved(this.#change);
    if (!isReplaced || found.kind === "folder") await this.#files.rename(target, trash);
  }

  async #keep(found: ExactStat, kept: string): Promise<void> {
    const { target, backup } = this.#places;
    const original = await this.#stat(backup);
    if (found.kind === "folder" || original === undefined || original.kind === "folder") {
      await moveTo(this.#files, target, kept);
    } else if ((await this.#stat(kept)) === undefined && found.inode !== original.inode) {
      await makeParent(this.#files, kept);
      await this.#files.link(target, kept);
    }
  }

  #isOurs(found: ExactStat): boolean {
    return this.#change.kind === "put" && isSame(found, this.#change.is);
  }

  async #restore(): Promise<void> {
    const { target, backup } = this.#places;
    if ((await this.#stat(backup)) !== undefined) await this.#files.rename(backup, target);
  }

  /** What others have put into a new folder, or changed in it. */
  async #keepForeign(): Promise<void> {
    const { trash, kept } = this.#places;
    if (this.#change.kind !== "put" || (await this.#stat(trash))?.kind !== "folder") return;
    const ours = new Map(this.#change.below.map(({ path, is }) => [`/${path}`, is]));
    for (const path of await filesBelow(this.#files, trash)) {
      const found = await this.#stat(trash + path);
      const known = ours.get(path);
      if (found === undefined || (known !== undefined && isSame(found, known))) continue;
      await moveTo(this.#files, trash + path, kept + path);
    }
  }

  #stat(path: string): Promise<ExactStat | undefined> {
    return this.#files.stat(path);
  }
}

async function makeParent(files: ExactFiles, path: string): Promise<void> {
  await files.makeFolder(path.slice(0, path.lastIndexOf("/")));
}

/** Everything below a folder but folders, with paths relative to it that begin with a slash. */
async function filesBelow(files: ExactFiles, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (relative: string): Promise<void> => {
    for (const name of await files.list(folder + relative)) {
      const path = `${relative}/${name}`;
      if ((await files.stat(folder + path))?.kind === "folder") await walk(path);
      else found.push(path);
    }
  };
  if ((await files.stat(folder)) !== undefined) await walk("");
  return found;
}
