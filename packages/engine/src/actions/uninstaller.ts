import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { CommandRunner } from "@gateway-engine/core/processes";
import type { ReleaseFolders } from "../install/release-folders.ts";
import type { UnpackedRelease } from "../install/state.ts";
import type { Journal } from "../journal/journal.ts";
import type { Action } from "../journal/orders.ts";
import { type CapturedCommand, runCaptured } from "./captured-command.ts";
import type { ActionEvent } from "./next.ts";
import type { ProgramControl } from "./program-control.ts";

export interface UninstallerDeps {
  readonly files: Files;
  readonly paths: Pick<GatewayPaths, "root" | "stateDir">;
  readonly folders: ReleaseFolders;
  readonly journal: Pick<Journal, "committedRelease">;
  readonly programs: Pick<ProgramControl, "remove">;
  readonly commands: CommandRunner;
  /** For uninstall.sh. */
  readonly timeoutMs: number;
}

export interface UninstallContext {
  readonly action: Action;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

/** Takes an application away: its programs, what its uninstall.sh sees to, its releases, and its data when that is ordered. */
export class Uninstaller {
  readonly #deps: UninstallerDeps;

  constructor(deps: UninstallerDeps) {
    this.#deps = deps;
  }

  /** May be cut off anywhere and done again. A script that fails does not keep the application from going; it is said. */
  async uninstall(context: UninstallContext): Promise<ActionEvent> {
    const { files, folders, paths, programs } = this.#deps;
    const { name: app, purge } = context.action;
    const stopped = await programs.remove(app, context.signal).then(() => "", supervisorless);
    const { output, problem } = await this.#runScript(context);
    await folders.removeAll(app);
    if (purge) await files.remove(`${paths.stateDir}/data/${app}`);
    const said = problem === undefined ? "" : `; its uninstall.sh ${problem}`;
    const data = purge ? "its data is removed" : "its data stays";
    return { kind: "succeeded", note: `${app} is uninstalled, ${data}${stopped}${said}`, output };
  }

  async #runScript({ action, environment, signal, onOutput }: UninstallContext): Promise<CapturedCommand> {
    const { files, folders, journal, commands, timeoutMs } = this.#deps;
    const release = journal.committedRelease(action.name);
    const nothing = { output: "", problem: undefined };
    if (release === undefined || !(await folders.isUnpacked(release))) return nothing;
    const cwd = folders.contentFolder(release);
    if ((await files.stat(`${cwd}/uninstall.sh`)) === undefined) return nothing;
    const env = { ...environment, ...this.#scriptVariables(release, cwd) };
    return runCaptured(commands, { file: "./uninstall.sh", args: [], cwd, env, timeoutMs, signal, onOutput });
  }

  #scriptVariables({ app, version }: UnpackedRelease, folder: string): Readonly<Record<string, string>> {
    return {
      GWE_APP_NAME: app,
      GWE_APP_VERSION: version,
      GWE_RELEASE_DIR: folder,
      GWE_PREVIOUS_VERSION: version,
      GWE_DATA_DIR: `${this.#deps.paths.stateDir}/data/${app}`,
    };
  }
}

/** Nothing runs, and the supervisor's file is gone: when one is started it will not know the application. */
function supervisorless(error: unknown): string {
  if (error instanceof GatewayEngineError && error.code === "E_SUPERVISOR_UNREACHABLE")
    return "; no supervisor answers";
  throw error;
}
