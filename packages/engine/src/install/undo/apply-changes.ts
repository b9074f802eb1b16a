import { InstallError } from "@gateway-engine/core/errors";
import { type ExactFiles, type ExactStat, readablePath } from "@gateway-engine/core/exact-files";
import { type Change, hasAttributes, type Identity, isSame } from "./change.ts";
import { type ChangePlaces, type LayerFolders, placesOf } from "./change-places.ts";

/**
 * Makes a layer's changes those of the file system, each by one rename; what was there before becomes a backup.
 *
 * First every file that is replaced gets its second name, so that there is no moment without it; then everything is put into
 * its place. May be cut off between any two steps and called again.
 *
 * @throws InstallError E_UNDO when somebody else has changed one of the files; what was done until then is undone by `undoChanges`
 */
export async function applyChanges(
  files: ExactFiles,
  changes: readonly Change[],
  layers: readonly LayerFolders[],
): Promise<void> {
  const steps = changes.map((change, index) => new ApplyStep(files, change, placesOf(change, index, layers)));
  for (const step of steps) await step.check();
  for (const step of steps) await step.backUp();
  await files.sync();
  for (const step of steps) await step.place();
  await files.sync();
}

class ApplyStep {
  readonly #files: ExactFiles;
  readonly #change: Change;
  readonly #places: ChangePlaces;

  constructor(files: ExactFiles, change: Change, places: ChangePlaces) {
    this.#files = files;
    this.#change = change;
    this.#places = places;
  }

  /** Whether the file is still the one that the script saw, unless it is replaced already. */
  async check(): Promise<void> {
    const { target } = this.#places;
    const found = await this.#files.stat(target);
    if (this.#change.kind === "attributes") {
      const { is, was } = this.#change;
      if (found?.kind !== "folder" || !(hasAttributes(found, was) || hasAttributes(found, is))) throw changed(target);
      return;
    }
    if (await this.#isPlaced()) return;
    const wasMovedAway = found === undefined && (await this.#exists(this.#places.backup));
    if (!wasMovedAway && !isAsBefore(found, this.#change.was)) throw changed(target);
  }

  async backUp(): Promise<void> {
    const { target, backup } = this.#places;
    if (this.#change.kind !== "put" || this.#change.was === null || isMoved(this.#change)) return;
    if ((await this.#isPlaced()) || (await this.#exists(backup))) return;
    await this.#files.link(target, backup);
  }

  async place(): Promise<void> {
    const { source, target, backup } = this.#places;
    await this.check();
    if (this.#change.kind === "attributes") return this.#setAttributes();
    if (await this.#isPlaced()) return;
    if (isMoved(this.#change) && !(await this.#exists(backup))) await this.#files.rename(target, backup);
    if (this.#change.kind === "put") await this.#files.rename(source, target);
  }

  /** A change of owner clears setuid and setgid, so the mode comes after it. */
  async #setAttributes(): Promise<void> {
    if (this.#change.kind !== "attributes") return;
    const { mode, uid, gid } = this.#change.is;
    await this.#files.setOwner(this.#places.target, uid, gid);
    await this.#files.setMode(this.#places.target, mode);
  }

  async #isPlaced(): Promise<boolean> {
    if (this.#change.kind === "put") return !(await this.#exists(this.#places.source));
    return this.#exists(this.#places.backup);
  }

  async #exists(path: string): Promise<boolean> {
    return (await this.#files.stat(path)) !== undefined;
  }
}

/** A folder cannot have two names, and cannot take the place of a file, nor the other way round: the old one is moved away. */
export function isMoved(change: Change): boolean {
  if (change.kind === "remove") return true;
  if (change.kind === "attributes" || change.was === null) return false;
  return change.was.kind === "folder" || change.is.kind === "folder";
}

function isAsBefore(found: ExactStat | undefined, was: Identity | null): boolean {
  return was === null ? found === undefined : found !== undefined && isSame(found, was);
}

function changed(path: string): InstallError {
  return new InstallError("E_UNDO", { problem: `${readablePath(path)} was changed by somebody else meanwhile` });
}
