import type { Clock } from "@gateway-engine/core/clock";
import { InstallError } from "@gateway-engine/core/errors";
import type { CommandRunner } from "@gateway-engine/core/processes";
import { componentOf } from "../components/component-of.ts";
import { runCaptured } from "../install/captured-command.ts";
import { failureOf } from "../install/report.ts";
import { INSTALL_ID_VARIABLE } from "../install/run-script.ts";
import { DEFAULT_PATH } from "../install/script-environment.ts";
import { unknownApp, type VersionTable } from "../install/version-table.ts";
import type { Journal } from "../journal/journal.ts";
import type { Action } from "../journal/orders.ts";
import type { ActionContext } from "./action-context.ts";
import type { ActionEffect, ActionEvent } from "./next.ts";
import { ownPartProblem } from "./own-parts.ts";
import type { ProgramControl } from "./program-control.ts";
import type { EndState } from "./state.ts";
import type { Uninstaller } from "./uninstaller.ts";

export interface ActionStepsDeps {
  readonly clock: Pick<Clock, "sleep">;
  readonly commands: CommandRunner;
  readonly endProcessesWith: (name: string, value: string) => Promise<number>;
  readonly journal: Pick<Journal, "forgetOld">;
  readonly programs: ProgramControl;
  readonly uninstaller: Uninstaller;
  readonly versions: VersionTable;
  /** For `/bin/sh -c`; undefined where the machine may not be restarted. */
  readonly rebootCommand: string | undefined;
  /** Asked before each `run`, since it is a setting. */
  readonly allowsRun: () => Promise<boolean>;
  /** The folder that plays `/`. */
  readonly root: string;
  /** What commands and scripts inherit. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Carries out what was ordered and is no install. */
export class ActionSteps {
  readonly #deps: ActionStepsDeps;

  constructor(deps: ActionStepsDeps) {
    this.#deps = deps;
  }

  /** @returns what came of it @throws what `signal` was aborted with */
  async perform(effect: ActionEffect, context: ActionContext): Promise<ActionEvent> {
    try {
      if (effect.kind === "act") return await this.#act(context);
      await this.#deps.endProcessesWith(INSTALL_ID_VARIABLE, context.action.id);
      return { kind: "leftovers-ended" };
    } catch (error) {
      context.signal.throwIfAborted();
      return { kind: "failed", failure: failureOf(error) };
    }
  }

  /** After the end: the version table is brought up to date. */
  async tidy(action: Action, state: EndState): Promise<void> {
    if (action.verb === "uninstall" && state.kind === "done") await this.#deps.versions.update();
    this.#deps.journal.forgetOld();
  }

  async #act(context: ActionContext): Promise<ActionEvent> {
    switch (context.action.verb) {
      case "run":
        return this.#run(context);
      case "reboot":
        return this.#reboot(context);
      case "uninstall":
        await this.#known(context.action);
        return this.#deps.uninstaller.uninstall(context);
      default:
        return this.#controlProgram(context.action.verb, context);
    }
  }

  async #controlProgram(verb: "restart" | "stop" | "start", { action, signal }: ActionContext): Promise<ActionEvent> {
    await this.#known(action);
    const states = await this.#deps.programs[verb](action.name, signal);
    return { kind: "succeeded", note: `the supervisor has ${action.name} as ${states}` };
  }

  async #known({ verb, name: app }: Action): Promise<void> {
    const { versions } = this.#deps;
    const problem = ownPartProblem(verb, app);
    if (problem !== undefined) throw problem;
    if (componentOf(app) !== undefined) return;
    if ((await versions.versionOf(app)) === undefined) throw await unknownApp(app, versions);
  }

  async #run({ action, signal, onOutput }: ActionContext): Promise<ActionEvent> {
    const { commands, root, allowsRun } = this.#deps;
    if (!(await allowsRun())) {
      const mend = "set allow_run = true in Engine.config on the gateway";
      throw new InstallError("E_NOT_ALLOWED", { what: "run", mend });
    }
    const timeoutMs = (action.timeout ?? DEFAULT_RUN_SECONDS) * 1000;
    const env = this.#environment(action);
    const shell = { file: "/bin/sh", args: ["-c", action.name], cwd: root, env, timeoutMs, signal, onOutput };
    const { output, problem } = await runCaptured(commands, shell);
    if (problem === undefined) return { kind: "succeeded", note: "the command ended with exit status 0", output };
    return { kind: "failed", failure: failureOf(new InstallError("E_RUN", { problem })), output };
  }

  /** The machine ends this wait; who returns from it has not been restarted. */
  async #reboot({ action, signal, onOutput }: ActionContext): Promise<ActionEvent> {
    const { rebootCommand, commands, root, clock } = this.#deps;
    if (rebootCommand === undefined) {
      const mend = "this gateway lives in a folder; set GWE_REBOOT_COMMAND if it shall restart the machine";
      throw new InstallError("E_NOT_ALLOWED", { what: "reboot", mend });
    }
    const env = this.#environment(action);
    const shell = { file: "/bin/sh", args: ["-c", rebootCommand], cwd: root, env, signal, onOutput };
    const { output, problem } = await runCaptured(commands, { ...shell, timeoutMs: REBOOT_COMMAND_MS });
    if (problem === undefined) await clock.sleep(REBOOT_WAIT_MS, signal);
    const reason = problem === undefined ? `it still runs after ${REBOOT_WAIT_MS / 1000} s` : `the command ${problem}`;
    return { kind: "failed", failure: failureOf(new InstallError("E_REBOOT", { reason })), output };
  }

  #environment({ id }: Action): Readonly<Record<string, string>> {
    const { environment, root } = this.#deps;
    return { PATH: DEFAULT_PATH, ...environment, GWE_ROOT: root, [INSTALL_ID_VARIABLE]: id };
  }
}

const DEFAULT_RUN_SECONDS = 60;
const REBOOT_COMMAND_MS = 60_000;
/** Everything on the machine may need its time to end. */
const REBOOT_WAIT_MS = 300_000;
