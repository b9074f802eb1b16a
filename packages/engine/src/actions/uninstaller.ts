import { PackageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { readManifest } from "../install/read-manifest.ts";
import type { ReleaseFolders } from "../install/release-folders.ts";
import { failureOf } from "../install/report.ts";
import type { ScriptOutcome } from "../install/run-script.ts";
import type { ScriptStage } from "../install/script-stage.ts";
import type { Journal } from "../journal/journal.ts";
import type { ActionContext } from "./action-context.ts";
import type { ActionEvent } from "./next.ts";
import type { ProgramControl } from "./program-control.ts";

export interface UninstallerDeps {
  readonly files: Pick<Files, "readText" | "remove" | "stat">;
  readonly paths: Pick<GatewayPaths, "stateDir">;
  readonly folders: Pick<ReleaseFolders, "contentFolder" | "isUnpacked" | "removeAll">;
  readonly journal: Pick<Journal, "committedRelease" | "installedApps">;
  readonly programs: Pick<ProgramControl, "pause" | "goOn" | "remove">;
  readonly script: Pick<ScriptStage, "uninstall" | "removeOwned">;
}

/**
 * Takes an application away: its programs, what its uninstall.sh sees to, the files that its scripts made, its releases, and
 * its data when that is ordered. The rollback floor stays: what comes back is not older than what was here.
 *
 * An uninstall.sh that fails keeps the application, which then runs as before, and so does another application that depends
 * on it, unless the order says `force`.
 */
export class Uninstaller {
  readonly #deps: UninstallerDeps;

  constructor(deps: UninstallerDeps) {
    this.#deps = deps;
  }

  /** May be cut off anywhere and done again. */
  async uninstall(context: ActionContext): Promise<ActionEvent> {
    const { files, folders, paths, programs, script } = this.#deps;
    const { action, signal } = context;
    const { name: app, purge, force } = action;
    if (!force) await this.#checkDependents(app);
    await programs.pause(app, signal);
    const outcome = await this.#runScript(context);
    if (outcome.kind === "failed" && !force) {
      await programs.goOn(app, signal);
      return { kind: "failed", failure: failureOf(outcome.error), output: outcome.output };
    }
    await programs.remove(app, signal);
    const left = await script.removeOwned(app);
    await folders.removeAll(app);
    if (purge) await files.remove(`${paths.stateDir}/data/${app}`);
    const problem = outcome.kind === "failed" ? `; ${outcome.error.message}` : "";
    const note = `${app} is uninstalled, its data ${purge ? "is removed" : "stays"}${problem}`;
    return { kind: "succeeded", note, output: outcome.output, notRestored: left };
  }

  /** @throws PackageError E_DEPENDENCY */
  async #checkDependents(app: string): Promise<void> {
    const { journal } = this.#deps;
    for (const other of journal.installedApps()) {
      const release = other.name === app ? undefined : journal.committedRelease(other.name);
      if (release === undefined) continue;
      const { depends } = await readManifest(this.#deps, release);
      if (!depends.some((dependency) => dependency.app === app)) continue;
      const found = "that is to be uninstalled; an uninstall with force does it all the same";
      throw new PackageError("E_DEPENDENCY", { name: other.name, needed: app, found });
    }
  }

  async #runScript({ action, signal, onOutput }: ActionContext): Promise<ScriptOutcome> {
    const { folders, journal, script } = this.#deps;
    const release = journal.committedRelease(action.name);
    if (release === undefined || !(await folders.isUnpacked(release))) return NOTHING_TO_RUN;
    return script.uninstall({ install: action, release, signal, onOutput });
  }
}

const NOTHING_TO_RUN: ScriptOutcome = { kind: "succeeded", output: "" };
