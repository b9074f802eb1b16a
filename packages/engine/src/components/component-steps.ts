import type { Component } from "@gateway-engine/artifact/app-manifest";
import { InstallError } from "@gateway-engine/core/errors";
import type { InstallEffect, InstallEvent } from "../install/next.ts";
import type { ReleaseFolders } from "../install/release-folders.ts";
import { failureOf } from "../install/report.ts";
import type { Release, UnpackedRelease } from "../install/state.ts";
import type { Install } from "../journal/orders.ts";
import { type ComponentLinks, linkTo } from "./component-links.ts";
import type { ComponentUpdate, UpdateOrder } from "./component-update.ts";

/** What is undefined cannot be replaced here. */
export type Updates = Readonly<Record<Component, ComponentUpdate | undefined>>;

export interface ComponentStepsDeps {
  readonly links: ComponentLinks;
  readonly folders: Pick<ReleaseFolders, "contentFolder" | "path">;
  readonly appsDir: string;
  readonly updates: Updates;
  /** The last lines that the program of a component has logged. */
  readonly lastLines: (component: Component, signal: AbortSignal) => Promise<readonly string[]>;
}

export interface ComponentContext {
  readonly install: Install;
  readonly signal: AbortSignal;
}

/** The effects that are carried out in another way than those of an application. */
export type ReplacingEffect = Extract<InstallEffect, { readonly kind: "run-script" | "switch" | "watch" }>;

/** What is done in the states of an install whose package replaces a part of the engine; in place of script and program. */
export class ComponentSteps {
  readonly #deps: ComponentStepsDeps;

  constructor(deps: ComponentStepsDeps) {
    this.#deps = deps;
  }

  /** Before anything is unpacked: what is in force must not be replaced under the program that runs from it. */
  async admit({ app, version }: Release, component: Component, signal: AbortSignal): Promise<void> {
    const { links, appsDir, folders } = this.#deps;
    const notHere = await this.#update(component).problem?.(signal);
    if (notHere !== undefined) throw new InstallError("E_COMPONENT", { component, problem: notHere });
    const inForce = await links.linked(component);
    const to = linkTo(appsDir, folders.path({ app, version }));
    if (inForce !== to && !inForce.startsWith(`${to}/`)) return;
    const problem = `version ${version} is in force; give another build another version`;
    throw new InstallError("E_COMPONENT", { component, problem });
  }

  async perform(effect: ReplacingEffect, component: Component, context: ComponentContext): Promise<InstallEvent> {
    const { signal } = context;
    try {
      switch (effect.kind) {
        case "run-script":
          return { kind: "script-succeeded", output: "", warnings: [] };
        case "switch": {
          const note = await this.#update(component).switchTo(this.#order(effect.release, component, context), signal);
          return { kind: "switched", note, supervised: true };
        }
        case "watch":
          await this.#update(component).watch(this.#order(effect.release, component, context), signal);
          return { kind: "trusted" };
      }
    } catch (error) {
      signal.throwIfAborted();
      return { kind: "failed", failure: { ...failureOf(error), log: await this.#deps.lastLines(component, signal) } };
    }
  }

  async undo(release: UnpackedRelease, component: Component, context: ComponentContext): Promise<void> {
    await this.#update(component).putBack(this.#order(release, component, context), context.signal);
    await this.forget(component, context.install);
  }

  /** What is left of the update of a release that is to stay. */
  async forget(component: Component, { id }: Install): Promise<void> {
    await this.#deps.links.forget(component, id);
  }

  #update(component: Component): ComponentUpdate {
    const update = this.#deps.updates[component];
    if (update !== undefined) return update;
    throw new InstallError("E_COMPONENT", { component, problem: NOT_HERE[component] });
  }

  #order(release: UnpackedRelease, component: Component, { install }: ComponentContext): UpdateOrder {
    const { appsDir, folders } = this.#deps;
    return { install: install.id, component, release, to: linkTo(appsDir, folders.contentFolder(release)) };
  }
}

const NOT_HERE: Readonly<Record<Component, string>> = {
  gwe: "the engine does not run from a release",
  gmq: "the queue does not run from a release",
  "gwe-runtime": "GWE_NODE names the runtime of this gateway",
  supervisor: "the engine does not run from a release",
};
