import { dirname } from "node:path";
import { PARTIAL_SUFFIX } from "@gateway-engine/artifact/extract-package";
import type { Files } from "@gateway-engine/core/files";
import type { Release, UnpackedRelease } from "./state.ts";

/**
 * The unpacked releases of all applications: `<appsDir>/<app>/<version>/`.
 *
 * A release is unpacked beside its place and then renamed into it, so a folder in place is always whole. A folder of the
 * same version that is in the way, because the version is installed again, is kept aside until the install has ended.
 * Every method may be cut off anywhere and called again.
 */
export class ReleaseFolders {
  readonly #files: Files;
  readonly #appsDir: string;

  constructor(files: Files, appsDir: string) {
    this.#files = files;
    this.#appsDir = appsDir;
  }

  path({ app, version }: Release): string {
    return `${this.#appsDir}/${app}/${version}`;
  }

  async isUnpacked(release: Release): Promise<boolean> {
    return (await this.#files.stat(this.path(release))) !== undefined;
  }

  /** The folder of a release that holds install.sh. */
  contentFolder(release: UnpackedRelease): string {
    return release.contentRoot === "" ? this.path(release) : `${this.path(release)}/${release.contentRoot}`;
  }

  /** Where `install` unpacks its package: a folder that does not exist, to be made by the caller; then comes `place`. */
  async stage(release: Release, install: string): Promise<string> {
    const staging = this.#aside(release, "staging", install);
    await this.#files.makeFolder(dirname(staging));
    await this.#files.remove(staging);
    return staging;
  }

  async place(release: Release, install: string): Promise<void> {
    const inPlace = this.path(release);
    const replaced = this.#aside(release, "replaced", install);
    if ((await this.#files.stat(inPlace)) !== undefined) {
      // What was there before this install is kept aside already: then it is our own, of an earlier try.
      if ((await this.#files.stat(replaced)) !== undefined) await this.#files.remove(inPlace);
      else await this.#files.rename(inPlace, replaced);
    }
    await this.#files.rename(this.#aside(release, "staging", install), inPlace);
    await this.#files.syncFolder(dirname(inPlace));
    await this.#files.syncFolder(this.#appsDir);
  }

  /**
   * Takes the release away again, and puts back what was in its place.
   *
   * @param kept versions that stay. A folder of another version is this install's own, in place or aside: an unpack that
   *   was cut off after its last step and done again puts its first folder aside
   */
  async takeBack(release: Release, install: string, kept: readonly string[]): Promise<void> {
    const inPlace = this.path(release);
    const replaced = this.#aside(release, "replaced", install);
    const staging = this.#aside(release, "staging", install);
    await this.#files.remove(staging);
    await this.#files.remove(`${staging}${PARTIAL_SUFFIX}`);
    if (!kept.includes(release.version)) {
      await this.#files.remove(inPlace);
      await this.#files.remove(replaced);
    } else if ((await this.#files.stat(replaced)) !== undefined) {
      await this.#files.remove(inPlace);
      await this.#files.rename(replaced, inPlace);
    }
    await this.#removeIfEmpty(dirname(inPlace));
  }

  /** After a commit: what was kept aside goes, and of the older releases all but those in `keep`. */
  async prune(app: string, keep: readonly string[]): Promise<void> {
    const folder = `${this.#appsDir}/${app}`;
    for (const name of await this.#files.list(folder)) {
      if (!keep.includes(name)) await this.#files.remove(`${folder}/${name}`);
    }
  }

  /** The application is uninstalled: all its releases go. */
  async removeAll(app: string): Promise<void> {
    await this.#files.makeFolder(this.#appsDir);
    await this.#files.remove(`${this.#appsDir}/${app}`);
    await this.#files.syncFolder(this.#appsDir);
  }

  #aside({ app }: Release, what: "staging" | "replaced", install: string): string {
    return `${this.#appsDir}/${app}/.${what}-${install}`;
  }

  async #removeIfEmpty(folder: string): Promise<void> {
    if ((await this.#files.list(folder)).length === 0) await this.#files.remove(folder);
  }
}
