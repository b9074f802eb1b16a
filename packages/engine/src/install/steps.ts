import type { Component } from "@gateway-engine/artifact/app-manifest";
import { parsePackageName } from "@gateway-engine/artifact/package-name";
import type { Files } from "@gateway-engine/core/files";
import { componentOf } from "../components/component-of.ts";
import type { ComponentContext, ComponentSteps, ReplacingEffect } from "../components/component-steps.ts";
import type { Install } from "../journal/orders.ts";
import { snapshotPaths } from "./data/data-paths.ts";
import type { DataSnapshots } from "./data/snapshots.ts";
import type { Stalled } from "./fetch-package.ts";
import type { InstallEffect, InstallEvent } from "./next.ts";
import type { Preparation } from "./preparation.ts";
import { onProbation, type ProbationDeps } from "./probation/probation.ts";
import type { ProgramSource, ProgramSwitch } from "./program-switch.ts";
import { readManifest } from "./read-manifest.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import { failureOf } from "./report.ts";
import type { ScriptStage } from "./script-stage.ts";
import type { RollingBack, Undo, UnpackedRelease } from "./state.ts";
import type { StepContext } from "./step-context.ts";
import type { Tidying } from "./tidying.ts";

export interface StepsDeps {
  readonly files: Files;
  readonly preparation: Pick<Preparation, "fetch" | "unpack" | "inspect">;
  readonly folders: ReleaseFolders;
  readonly programs: ProgramSwitch;
  readonly script: ScriptStage;
  /** For packages that replace a part of the engine; loaded when there is one. */
  readonly components: () => Promise<ComponentSteps>;
  readonly probation: ProbationDeps;
  readonly snapshots: DataSnapshots;
  readonly tidying: Pick<Tidying, "keptVersions">;
  /** The folder that plays `/`. */
  readonly root: string;
}

type Effect<Kind extends InstallEffect["kind"]> = Extract<InstallEffect, { readonly kind: Kind }>;

/** Carries out the effects of an install. Each step may have been cut off before, at any point, and begins anew. */
export class InstallSteps {
  readonly #deps: StepsDeps;

  constructor(deps: StepsDeps) {
    this.#deps = deps;
  }

  /** @returns what came of it; a failure that is not the install's to report is thrown */
  async perform(effect: InstallEffect, context: StepContext): Promise<InstallEvent | Stalled> {
    try {
      return await this.#perform(effect, context);
    } catch (error) {
      context.signal.throwIfAborted();
      return { kind: "failed", failure: failureOf(error) };
    }
  }

  async #perform(effect: InstallEffect, context: StepContext): Promise<InstallEvent | Stalled> {
    const component = componentOf(appOf(context.install));
    if (component !== undefined && isReplacing(effect)) {
      return (await this.#deps.components()).perform(effect, component, context);
    }
    const { preparation } = this.#deps;
    switch (effect.kind) {
      case "fetch":
        return preparation.fetch(context);
      case "unpack":
        return preparation.unpack(effect.release, context);
      case "inspect":
        return preparation.inspect(effect.release, context);
      case "run-script":
        return this.#runScript(effect, context);
      case "apply":
        return this.#apply(context);
      case "switch":
        return this.#switch(effect, context);
      case "watch":
        return this.#watch(effect, context);
      case "undo":
        return this.#undo(effect.rollback, context);
    }
  }

  async #runScript(order: Effect<"run-script">, context: StepContext): Promise<InstallEvent> {
    const { release } = order;
    const outcome = await this.#deps.script.run({ ...order, ...context });
    const { output } = outcome;
    if (outcome.kind === "failed") return { kind: "failed", failure: failureOf(outcome.error), output };
    try {
      // What the script has made of it: the program that runs is left alone when it is of no use.
      if (release.hasProgram) this.#deps.programs.confOf(await this.#programOf(release));
      return { kind: "script-succeeded", output, warnings: outcome.warnings ?? [] };
    } catch (error) {
      return { kind: "failed", failure: failureOf(error), output };
    }
  }

  async #apply({ install }: StepContext): Promise<InstallEvent> {
    await this.#deps.script.apply(install);
    return { kind: "applied" };
  }

  async #switch({ release }: Effect<"switch">, { install, signal }: StepContext): Promise<InstallEvent> {
    await this.#keepData(release, { install, signal });
    if (!release.hasProgram) return { kind: "switched", note: "it has no program to start", supervised: false };
    return { kind: "switched", ...(await this.#deps.programs.switchTo(await this.#programOf(release), signal)) };
  }

  /** Data that a rollback has to put back are copied while neither the old nor the new program runs. */
  async #keepData(release: UnpackedRelease, { install, signal }: ComponentContext): Promise<void> {
    const { programs, snapshots, root } = this.#deps;
    const paths = snapshotPaths(await readManifest(this.#deps, release), root);
    if (paths.length === 0) return;
    await programs.stop(release.app, signal);
    await snapshots.take(install.id, paths, signal);
  }

  async #putDataBack({ id }: Install, signal: AbortSignal): Promise<void> {
    const { snapshots } = this.#deps;
    if (await snapshots.has(id)) await snapshots.putBack(id, signal);
  }

  /** A program that no supervisor has taken over cannot be watched: it is trusted. */
  async #watch({ release, supervised }: Effect<"watch">, { install, signal }: StepContext): Promise<InstallEvent> {
    if (release.hasProgram && !supervised) return { kind: "trusted" };
    const manifest = await readManifest(this.#deps, release);
    const conf = (await this.#deps.programs.currentConf(release.app)) ?? "";
    const place = this.#deps.script.placeOf(release, install.name, manifest);
    const order = { name: install.name, release, manifest, conf, place, signal };
    const failure = await onProbation(this.#deps.probation, order);
    return failure === undefined ? { kind: "trusted" } : { kind: "failed", failure };
  }

  async #programOf(release: UnpackedRelease): Promise<ProgramSource> {
    const { user } = await readManifest(this.#deps, release);
    return { app: release.app, supervisorConf: await this.#supervisorConf(release), user };
  }

  /** Empty when the script has put something in its place that cannot be read, or not to an end. */
  async #supervisorConf(release: UnpackedRelease): Promise<string> {
    const { files, folders } = this.#deps;
    const path = `${folders.contentFolder(release)}/supervisor.conf`;
    const found = await files.stat(path);
    if (found?.kind !== "file" || found.size > MAX_CONF_BYTES) return "";
    return (await files.readText(path)) ?? "";
  }

  /**
   * The program is stopped before its files are put back, and started after. The release folder goes last: the script that takes
   * things back may lie in it.
   */
  async #undo({ undo, withoutScripts = false }: RollingBack, { install, signal }: StepContext): Promise<InstallEvent> {
    const { folders, programs } = this.#deps;
    const { app } = undo.release;
    const component = componentOf(app);
    if (component !== undefined) return this.#undoComponent(component, undo, { install, signal });
    // A program that does not stop is no reason to leave the files as they are.
    if (undo.kind === "switch") await programs.stop(app, signal).catch(() => signal.throwIfAborted());
    const files = await this.#undoScript({ undo, withoutScripts }, { install, signal });
    await folders.takeBack(undo.release, install.id, await this.#deps.tidying.keptVersions(app));
    if (undo.kind === "switch") {
      await this.#putDataBack(install, signal);
      await programs.switchBack(app, undo.previous.conf, signal);
    }
    if ("error" in files) throw files.error;
    return { kind: "undone", ...files };
  }

  /** Files that cannot be put back are no reason to leave the program of the version before stopped: the error is told after that. */
  async #undoScript(
    { undo, withoutScripts }: { readonly undo: Undo; readonly withoutScripts: boolean },
    { install, signal }: ComponentContext,
  ): Promise<{ readonly notRestored: readonly string[] } | { readonly error: unknown }> {
    if (undo.kind === "folder") return { notRestored: [] };
    try {
      return { notRestored: await this.#deps.script.undo({ install, undo, withoutScripts, signal }) };
    } catch (error) {
      signal.throwIfAborted();
      return { error };
    }
  }

  async #undoComponent(component: Component, undo: Undo, context: ComponentContext): Promise<InstallEvent> {
    if (undo.kind === "switch") await (await this.#deps.components()).undo(undo.release, component, context);
    await this.#deps.folders.takeBack(
      undo.release,
      context.install.id,
      await this.#deps.tidying.keptVersions(component),
    );
    return { kind: "undone", notRestored: [] };
  }
}

/** The application that an install is about. */
function appOf({ verb, name }: Install): string {
  if (verb === "rollback") return name;
  const parsed = parsePackageName(name);
  return parsed.ok ? parsed.value.name : "";
}

/** What is done in another way for a part of the engine. */
function isReplacing(effect: InstallEffect): effect is ReplacingEffect {
  return effect.kind === "run-script" || effect.kind === "switch" || effect.kind === "watch";
}

/** As the package checks take it. */
const MAX_CONF_BYTES = 65_536;
