import { bytePath, type ExactFiles, readablePath } from "@gateway-engine/core/exact-files";
import type { Files } from "@gateway-engine/core/files";
import { type Change, type Identity, isSame } from "./change.ts";
import { isWithin } from "./mounts.ts";

/** A file or folder that is there because an application made it. */
export interface OwnedFile {
  /** @see Change.path */
  readonly path: string;
  readonly is: Identity;
}

/**
 * What an application owns after further changes of its scripts: what they made, not what they replaced.
 * A file of its own that it replaced stays its own.
 */
function ownedAfter(owned: readonly OwnedFile[], changes: readonly Change[]): readonly OwnedFile[] {
  const files = new Map(owned.map((file) => [file.path, file]));
  for (const change of changes) {
    if (change.kind === "attributes") continue;
    const isOurs = change.was === null || files.has(change.path);
    files.delete(change.path);
    if (change.was?.kind === "folder") forgetBelow(files, change.path);
    if (change.kind === "remove") continue;
    if (isOurs) files.set(change.path, { path: change.path, is: change.is });
    for (const { path, is } of change.below)
      files.set(`${change.path}/${path}`, { path: `${change.path}/${path}`, is });
  }
  return [...files.values()];
}

function forgetBelow(files: Map<string, OwnedFile>, folder: string): void {
  for (const path of files.keys()) if (isWithin(path, folder)) files.delete(path);
}

/** The lists of what applications own, `<folder>/<app>`, one JSON object a line. */
export class OwnedFiles {
  readonly #files: Files;
  readonly #exactFiles: ExactFiles;
  readonly #folder: string;

  constructor(files: Files, exactFiles: ExactFiles, folder: string) {
    this.#files = files;
    this.#exactFiles = exactFiles;
    this.#folder = folder;
  }

  /** The changes of an install that was committed. */
  async add(app: string, changes: readonly Change[]): Promise<void> {
    const owned = ownedAfter(await this.#read(app), changes);
    if (owned.length === 0) return this.#files.remove(`${this.#folder}/${app}`);
    const lines = owned.map((file) => `${JSON.stringify(file)}\n`).join("");
    await this.#files.writeAtomic(`${this.#folder}/${app}`, lines, 0o600);
  }

  /**
   * Removes what an application made, unless somebody has changed it since, or another application made it too.
   * A folder goes when nothing is left in it.
   *
   * @returns what was changed and so stays, a line a file
   */
  async removeAll(app: string): Promise<readonly string[]> {
    const ofOthers = await this.#ofOthers(app);
    const left: string[] = [];
    // What is in a folder comes before the folder.
    const owned = (await this.#read(app)).toSorted((one, other) => (one.path < other.path ? 1 : -1));
    for (const { path, is } of owned) {
      const found = ofOthers.has(path) ? undefined : await this.#exactFiles.stat(path);
      if (found === undefined) continue;
      if (!isSame(found, is)) left.push(`${readablePath(path)}: was changed since it was installed`);
      else if (found.kind === "folder") await this.#exactFiles.removeEmptyFolder(path);
      else await this.#exactFiles.remove(path);
    }
    await this.#exactFiles.remove(bytePath(`${this.#folder}/${app}`));
    return left;
  }

  async #ofOthers(app: string): Promise<ReadonlySet<string>> {
    const others = (await this.#files.list(this.#folder)).filter((name) => name !== app);
    const lists = await Promise.all(others.map((name) => this.#read(name)));
    return new Set(lists.flat().map(({ path }) => path));
  }

  async #read(app: string): Promise<readonly OwnedFile[]> {
    const text = (await this.#files.readText(`${this.#folder}/${app}`)) ?? "";
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as OwnedFile);
  }
}
