import type { Component } from "@gateway-engine/artifact/app-manifest";
import { type CheckResult, formatChecks } from "@gateway-engine/artifact/check-package";
import { parsePackageName } from "@gateway-engine/artifact/package-name";
import { unpackPackage } from "@gateway-engine/artifact/unpack-package";
import { InstallError, PackageError } from "@gateway-engine/core/errors";
import type { Files, TreeFiles } from "@gateway-engine/core/files";
import { VERSION } from "@gateway-engine/core/version";
import { componentOf } from "../components/component-of.ts";
import type { ComponentContext, ComponentSteps, ReplacingEffect } from "../components/component-steps.ts";
import type { Journal } from "../journal/journal.ts";
import type { Install } from "../journal/orders.ts";
import { checkFloor, type RollbackFloors } from "../trust/rollback-floors.ts";
import type { SignatureCheck } from "../trust/signature-check.ts";
import type { AdmissionDeps } from "./admission/admit.ts";
import { snapshotPaths } from "./data/data-paths.ts";
import type { DataSnapshots } from "./data/snapshots.ts";
import { DISK_RESERVE_BYTES } from "./disk-reserve.ts";
import type { Fetched, PackageFetcher, Stalled } from "./fetch-package.ts";
import type { InstallEffect, InstallEvent } from "./next.ts";
import type { ProbationDeps } from "./probation/probation.ts";
import type { ProgramSource, ProgramSwitch } from "./program-switch.ts";
import { readManifest } from "./read-manifest.ts";
import type { ReleaseFolders } from "./release-folders.ts";
import { failureOf } from "./report.ts";
import type { ScriptStage } from "./script-stage.ts";
import { isEnd, type Predecessor, type Release, type RollingBack, type Undo, type UnpackedRelease } from "./state.ts";
import { unknownApp, type VersionTable } from "./version-table.ts";

export interface StepsDeps {
  readonly files: Files & TreeFiles;
  readonly journal: Journal;
  readonly fetcher: PackageFetcher;
  readonly folders: ReleaseFolders;
  readonly programs: ProgramSwitch;
  readonly versions: VersionTable;
  readonly floors: Pick<RollbackFloors, "of">;
  readonly script: ScriptStage;
  /** Loaded at the first use. */
  readonly signatures: () => Promise<Pick<SignatureCheck, "wantsDetached" | "check">>;
  readonly admission: AdmissionDeps;
  /** For packages that replace a part of the engine; loaded when there is one. */
  readonly components: () => Promise<ComponentSteps>;
  readonly probation: ProbationDeps;
  /** Loaded at the first use. */
  readonly snapshots: () => Promise<DataSnapshots>;
  /** The folder that plays `/`. */
  readonly root: string;
  readonly bootId: () => string;
  /** Releases of an application that stay unpacked; asked before each use, since it is a setting. */
  readonly keptReleases: () => Promise<number>;
}

export interface StepContext {
  readonly install: Install;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
  /** Bytes of the package that are here, and bytes in all. */
  readonly onFetched: (received: number, total: number) => void;
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

  /** What a rollback goes to: the release that was committed before the one in force. Nothing is changed. */
  async chooseEarlier(app: string): Promise<InstallEvent> {
    const { versions, journal, folders } = this.#deps;
    try {
      if ((await versions.versionOf(app)) === undefined) throw await unknownApp(app, versions);
      const [, earlier] = journal.commits(app);
      if (earlier === undefined)
        throw new InstallError("E_ROLLBACK", { app, reason: "no version was installed before" });
      const { release } = earlier;
      const { version, signature } = release;
      checkFloor({ name: `version ${version}`, app, sequence: signature?.sequence }, this.#deps.floors.of(app));
      if (await folders.isUnpacked(release)) return { kind: "chosen", release };
      throw new InstallError("E_ROLLBACK", {
        app,
        reason: `version ${version} is no longer unpacked; install it`,
      });
    } catch (error) {
      return { kind: "failed", failure: failureOf(error) };
    }
  }

  /** After the end: the version table is brought up to date, and what is no longer needed is removed. */
  async tidy(install: Install, committed: Release | undefined): Promise<void> {
    const { versions, folders, fetcher, script, journal } = this.#deps;
    if (committed !== undefined) {
      await versions.update();
      await folders.prune(committed.app, await this.#keptVersions(committed.app));
    }
    const component = committed === undefined ? undefined : componentOf(committed.app);
    if (component !== undefined) await (await this.#deps.components()).forget(component, install);
    await script.forget(install.id, committed?.app);
    await (await this.#deps.snapshots()).forget(install.id);
    await fetcher.sweep(journal.openInstalls());
    journal.forgetOld();
  }

  /** What installs left behind that ended just before the engine did. */
  async sweep(): Promise<void> {
    const { script, fetcher, folders, journal } = this.#deps;
    const open = journal.openInstalls();
    await fetcher.sweep(open);
    for (const install of await script.remembered()) {
      const state = journal.stateOf(install);
      const committed = state.kind === "committed" ? state.release.app : undefined;
      if (isEnd(state) && !open.includes(install)) await script.forget(install, committed);
    }
    const busy = journal.openOrders().map(({ app }) => app);
    for (const { name } of journal.installedApps()) {
      if (!busy.includes(name)) await folders.prune(name, await this.#keptVersions(name));
    }
  }

  /** The version in force and those before it, as many as stay unpacked. */
  async #keptVersions(app: string): Promise<readonly string[]> {
    return this.#deps.journal.committedVersions(app).slice(0, await this.#deps.keptReleases());
  }

  async #perform(effect: InstallEffect, context: StepContext): Promise<InstallEvent | Stalled> {
    const component = componentOf(appOf(context.install));
    if (component !== undefined && isReplacing(effect)) {
      return (await this.#deps.components()).perform(effect, component, context);
    }
    switch (effect.kind) {
      case "fetch":
        return this.#fetch(context);
      case "unpack":
        return this.#unpack(effect.release, context);
      case "inspect":
        return this.#inspect(effect.release, context);
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

  async #fetch({ install, signal, onFetched }: StepContext): Promise<Fetched> {
    const { fetcher, signatures } = this.#deps;
    const fetched = await fetcher.fetch(install, { signal, onFetched });
    if (fetched.kind === "stalled") return fetched;
    const check = await signatures();
    if (!(await check.wantsDetached(fetcher.packageFile(install)))) return fetched;
    return (await fetcher.fetchSignature(install, signal)) ?? fetched;
  }

  /** Only the bytes whose signature was checked are unpacked. */
  async #unpack(release: Release, { install, signal }: StepContext): Promise<InstallEvent> {
    const { files, folders, fetcher, components } = this.#deps;
    const component = componentOf(release.app);
    if (component !== undefined) await (await components()).admit(release, component, signal);
    const file = fetcher.packageFile(install);
    const { name } = install;
    const check = await this.#deps.signatures();
    const onDisk = { name, app: release.app, file, signatureFile: fetcher.signatureFile(install) };
    const { content, signature, results: verdict } = await check.check(onDisk, signal);
    const staging = await folders.stage(release, install.id);
    const { ok, results, contents } = await unpackPackage({
      files,
      name: install.name,
      source: content(),
      folder: staging,
      reserveBytes: DISK_RESERVE_BYTES,
      signal,
    });
    const checks = formatChecks([...results, ...verdict]);
    if (!ok || contents === undefined) {
      return { kind: "failed", failure: failureOf(brokenRule(install.name, results)), checks };
    }
    await folders.place(release, install.id);
    const { contentRoot, entries } = contents;
    const conf = contentRoot === "" ? "supervisor.conf" : `${contentRoot}/supervisor.conf`;
    const hasProgram = component !== undefined || entries.some(({ path }) => path === conf);
    const vouched = signature === undefined ? {} : { signature };
    return { kind: "unpacked", release: { ...release, ...vouched, contentRoot, hasProgram }, checks };
  }

  async #inspect(release: UnpackedRelease, { install }: StepContext): Promise<InstallEvent> {
    const { script, bootId } = this.#deps;
    const { admit } = await import("./admission/admit.ts");
    await admit(this.#deps.admission, release, install.name);
    const previous = await this.#inForce(release.app);
    const mode = componentOf(release.app) === undefined ? await script.modeFor(release) : "script";
    return { kind: "inspected", previous, mode, bootId: bootId() };
  }

  async #inForce(app: string): Promise<Predecessor> {
    const { programs, versions, journal, folders } = this.#deps;
    const version = (await versions.versionOf(app)) ?? firstVersionOf(app);
    const release = journal.committedRelease(app);
    const isUnpacked = release?.version === version && (await folders.isUnpacked(release));
    return { version, conf: await programs.currentConf(app), release: isUnpacked ? release : null };
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
    await (await snapshots()).take(install.id, paths, signal);
  }

  async #putDataBack({ id }: Install, signal: AbortSignal): Promise<void> {
    const snapshots = await this.#deps.snapshots();
    if (await snapshots.has(id)) await snapshots.putBack(id, signal);
  }

  /** A program that no supervisor has taken over cannot be watched: it is trusted. */
  async #watch({ release, supervised }: Effect<"watch">, { install, signal }: StepContext): Promise<InstallEvent> {
    if (release.hasProgram && !supervised) return { kind: "trusted" };
    const { onProbation } = await import("./probation/probation.ts");
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
    await folders.takeBack(undo.release, install.id, await this.#keptVersions(app));
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
    await this.#deps.folders.takeBack(undo.release, context.install.id, await this.#keptVersions(component));
    return { kind: "undone", notRestored: [] };
  }
}

/** The application that an install is about. */
function appOf({ verb, name }: Install): string {
  if (verb === "rollback") return name;
  const parsed = parsePackageName(name);
  return parsed.ok ? parsed.value.name : "";
}

/** Of what no package has brought here: the parts of the engine are there from the beginning. */
function firstVersionOf(app: string): string {
  const component = componentOf(app);
  if (component === undefined) return "";
  return component === "gwe" ? VERSION : "factory";
}

/** What is done in another way for a part of the engine. */
function isReplacing(effect: InstallEffect): effect is ReplacingEffect {
  return effect.kind === "run-script" || effect.kind === "switch" || effect.kind === "watch";
}

function brokenRule(name: string, results: readonly CheckResult[]): PackageError {
  const broken = results.find(({ verdict }) => verdict === "FAIL");
  const problem = broken?.message ?? "it breaks a rule";
  return new PackageError(broken?.code ?? "E_PACKAGE_CONTENT", { name, problem });
}

/** As the package checks take it. */
const MAX_CONF_BYTES = 65_536;
