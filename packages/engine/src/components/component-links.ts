import { basename } from "node:path";
import type { Component } from "@gateway-engine/artifact/app-manifest";
import type { TreeFiles } from "@gateway-engine/core/files";
import {
  describeGoneBack,
  formatTrial,
  freshTrialFile,
  type GoneBack,
  goneBackFile,
  PASSED,
  parseTrial,
  standingOf,
  type Trial,
  type TrialStanding,
} from "./trial.ts";

/** What a link holds that leads to no release: the one that was installed by hand is in force. */
const FACTORY = "factory";

/** A trial that has a file, and how it stands. */
export type FoundTrial = TrialStanding & { readonly trial: Trial };

/**
 * Which releases of the engine's own parts are in force: `<componentsDir>/gwe -> ../apps/gwe/2.0.1`, and the trial that one
 * of them is on. Every change is one rename, and is on disk when the call returns.
 */
export class ComponentLinks {
  readonly #files: TreeFiles;
  readonly #folder: string;

  constructor(files: TreeFiles, componentsDir: string) {
    this.#files = files;
    this.#folder = componentsDir;
  }

  /** Where a component's link leads, relative to the folder of the links. */
  async linked(component: Component): Promise<string> {
    return (await this.#readLink(component)) ?? FACTORY;
  }

  /** Puts a release in force, and remembers the one before it. Done again, it changes nothing. */
  async putInForce(component: Component, to: string): Promise<void> {
    const linked = await this.linked(component);
    if (linked === to) return;
    await this.#link(before(component), linked);
    await this.#link(component, to);
  }

  /** Remembers what is in force as that which may have to be put back. */
  async remember(component: Component): Promise<void> {
    await this.#link(before(component), await this.linked(component));
  }

  /** Puts the release before in force again, if `to` is the one that is. */
  async putBack(component: Component, to: string): Promise<void> {
    if ((await this.linked(component)) !== to) return;
    if ((await this.#readLink(before(component))) === undefined) await this.#link(before(component), FACTORY);
    await this.#files.rename(this.#path(before(component)), this.#path(component));
    await this.#sync();
  }

  /** The trial of an install, whether it is on or over. */
  async trialOf(install: string): Promise<FoundTrial | undefined> {
    return (await this.#trials()).find(({ trial }) => trial.install === install);
  }

  /** Has a trial begin with the next start after the link was switched. */
  async beginTrial(trial: Trial): Promise<void> {
    for (const { file } of await this.#trials()) await this.#files.remove(this.#path(file));
    await this.#files.writeAtomic(this.#path(freshTrialFile(trial.component)), formatTrial(trial), 0o644);
  }

  /** @throws StorageError when the watchdog was quicker to end the trial */
  async pass({ file }: FoundTrial): Promise<void> {
    await this.#files.rename(this.#path(file), this.#path(PASSED));
    await this.#sync();
  }

  async giveUp({ file }: FoundTrial, why: GoneBack): Promise<void> {
    await this.#files.rename(this.#path(file), this.#path(goneBackFile(why)));
    await this.#sync();
  }

  /** Removes what is left of the trial of an install that has ended. */
  async forget(component: Component, install: string): Promise<void> {
    const found = await this.trialOf(install);
    if (found !== undefined) await this.#files.remove(this.#path(found.file));
    await this.#files.remove(this.#path(before(component)));
  }

  async #trials(): Promise<readonly FoundTrial[]> {
    const found: FoundTrial[] = [];
    for (const file of await this.#files.list(this.#folder)) {
      const standing = standingOf(file);
      const trial = standing && parseTrial((await this.#files.readText(this.#path(file))) ?? "");
      if (standing !== undefined && trial !== undefined) found.push({ ...standing, trial });
    }
    return found;
  }

  async #link(name: string, to: string): Promise<void> {
    const fresh = `${this.#path(name)}.new`;
    await this.#files.makeFolder(this.#folder);
    await this.#files.remove(fresh);
    await this.#files.makeSymlink(fresh, to);
    await this.#files.rename(fresh, this.#path(name));
    await this.#sync();
  }

  async #readLink(name: string): Promise<string | undefined> {
    const path = this.#path(name);
    return (await this.#files.stat(path))?.kind === "link" ? this.#files.readLink(path) : undefined;
  }

  async #sync(): Promise<void> {
    await this.#files.syncFolder(this.#folder);
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

/** Why a release is not on trial any more, in words. */
export function reasonOf(trial: FoundTrial | undefined): string {
  if (trial?.kind !== "went-back") return `the ${FACTORY} release, or another, was put in force`;
  return describeGoneBack(trial.why, trial.trial);
}

/** What a component's link has to hold for a release in `folder`, which lies in the folder of all applications. */
export function linkTo(appsDir: string, folder: string): string {
  return `../${basename(appsDir)}/${folder.slice(appsDir.length + 1)}`;
}

function before(component: Component): string {
  return `${component}.before`;
}
