import { InstallError } from "@gateway-engine/core/errors";
import { type ExactFiles, type ExactStat, readablePath } from "@gateway-engine/core/exact-files";
import { type Change, hasAttributes, identityOf, type TreeEntry } from "./change.ts";

export interface LayerView {
  /** Number of the layer in its plan. */
  readonly layer: number;
  /** The folder that is layered, as everybody else sees it; empty for `/`. */
  readonly lower: string;
  /** What the script changed. */
  readonly upper: string;
  /** Where the folder is seen as the script left it. */
  readonly merged: string;
  /** When the script began, in nanoseconds since 1970: what it changed, nobody else may have changed after. */
  readonly since: bigint | undefined;
}

/**
 * What a layer changes, as an exact list.
 *
 * A folder that is in both trees is gone into; whether what only the lower one has is still to be seen there tells whether the
 * script replaced the folder. A folder's new attributes come after everything else, since they may keep us out of it.
 *
 * @throws InstallError E_UNDO when somebody else has changed one of the files since
 */
export async function compareLayer(files: ExactFiles, view: LayerView): Promise<readonly Change[]> {
  const comparison = new Comparison(files, view);
  await comparison.all();
  return [...comparison.changes, ...comparison.attributes];
}

class Comparison {
  readonly changes: Change[] = [];
  readonly attributes: Change[] = [];
  readonly #files: ExactFiles;
  readonly #view: LayerView;

  constructor(files: ExactFiles, view: LayerView) {
    this.#files = files;
    this.#view = view;
  }

  async all(): Promise<void> {
    const { lower, upper } = this.#view;
    const [is, was] = [await this.#files.stat(upper), await this.#files.stat(lower || "/")];
    if (is === undefined || was === undefined) return;
    await this.#folder("");
    this.#folderAttributes(lower || "/", is, was);
  }

  /** @param relative path of a folder in both trees, with a leading slash; empty for the topmost */
  async #folder(relative: string): Promise<void> {
    const { lower, upper, merged } = this.#view;
    const names = await this.#files.list(upper + relative);
    for (const name of names) await this.#entry(`${relative}/${name}`);
    const seen = new Set([...names, ...(await this.#files.list(merged + relative || "/"))]);
    for (const name of await this.#files.list(lower + relative || "/")) {
      const path = `${lower}${relative}/${name}`;
      const was = seen.has(name) ? undefined : await this.#files.stat(path);
      if (was !== undefined) this.#remove(path, was);
    }
  }

  #remove(path: string, was: ExactStat): void {
    this.#mustBeOlder(path, was);
    this.changes.push({ kind: "remove", layer: this.#view.layer, path, was: identityOf(was) });
  }

  #mustBeOlder(path: string, { changed }: ExactStat): void {
    const { since } = this.#view;
    if (since === undefined || changed <= since) return;
    throw new InstallError("E_UNDO", { problem: `${readablePath(path)} was changed by somebody else meanwhile` });
  }

  async #entry(relative: string): Promise<void> {
    const { lower, upper, layer } = this.#view;
    const path = lower + relative;
    const is = await this.#files.stat(upper + relative);
    const was = await this.#files.stat(path);
    if (is === undefined) return;
    if (is.kind === "whiteout") {
      if (was !== undefined) this.#remove(path, was);
    } else if (is.kind === "folder" && was?.kind === "folder") {
      await this.#folder(relative);
      this.#folderAttributes(path, is, was);
    } else {
      if (was !== undefined) this.#mustBeOlder(path, was);
      const below = is.kind === "folder" ? await this.#tree(upper + relative) : [];
      const before = was === undefined ? null : identityOf(was);
      this.changes.push({ kind: "put", layer, path, is: identityOf(is), was: before, below });
    }
  }

  #folderAttributes(path: string, is: ExactStat, was: ExactStat): void {
    if (hasAttributes(is, was)) return;
    const [before, after] = [was, is].map(({ mode, uid, gid }) => ({ mode, uid, gid }));
    if (before === undefined || after === undefined) return;
    this.attributes.push({ kind: "attributes", layer: this.#view.layer, path, is: after, was: before });
  }

  /** A whiteout in a new folder hides nothing, and must not come along. */
  async #tree(folder: string): Promise<readonly TreeEntry[]> {
    const entries: TreeEntry[] = [];
    const walk = async (relative: string): Promise<void> => {
      for (const name of await this.#files.list(`${folder}/${relative}`)) {
        const path = `${relative}${name}`;
        const found = await this.#files.stat(`${folder}/${path}`);
        if (found?.kind === "whiteout") await this.#files.remove(`${folder}/${path}`);
        else if (found !== undefined) entries.push({ path, is: identityOf(found) });
        if (found?.kind === "folder") await walk(`${path}/`);
      }
    };
    await walk("");
    return entries;
  }
}
