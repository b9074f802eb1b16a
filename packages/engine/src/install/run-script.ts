import type { ChildUser } from "@gateway-engine/core/children";
import { type GatewayEngineError, InstallError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { CommandRunner } from "@gateway-engine/core/processes";
import { type CapturedCommand, runCaptured } from "./captured-command.ts";

export interface ScriptDeps {
  readonly files: Files;
  readonly commands: CommandRunner;
  /** Ends every process that has the variable `name` set to `value`, and resolves when they are gone. @returns how many there were */
  readonly endProcessesWith: (name: string, value: string) => Promise<number>;
  readonly timeoutMs: number;
}

export interface ScriptRun {
  /** Folder that the script is in; it runs there. */
  readonly folder: string;
  /** Without it, the one that installs. */
  readonly script?: "uninstall.sh";
  /** The package's file name, for messages. */
  readonly name: string;
  readonly install: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whom it runs as; undefined: as we. */
  readonly user?: ChildUser | undefined;
  /** Undefined: as any other script. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

export type ScriptOutcome =
  | {
      readonly kind: "succeeded";
      readonly output: string;
      /** Lines for the report, in the form of the package checks. */
      readonly warnings?: readonly string[];
    }
  | { readonly kind: "failed"; readonly error: GatewayEngineError; readonly output: string };

/** The variable by which the processes of a script are known, also those that outlive the engine. */
export const INSTALL_ID_VARIABLE = "GWE_INSTALL_ID";

/**
 * Runs a package's `install.sh`, or `setup.py` where there is none, to its end.
 *
 * @throws what `signal` was aborted with; the script is then ended
 */
export async function runScript(deps: ScriptDeps, run: ScriptRun): Promise<ScriptOutcome> {
  const timeoutMs = run.timeoutMs ?? deps.timeoutMs;
  const script = run.script ?? (await installScript(deps, run.folder));
  let ended: CapturedCommand = { result: { kind: "not-started", reason: "" }, problem: "", output: "" };
  for (const command of commandLines(script, run.folder)) {
    ended = await runCaptured(deps.commands, {
      ...command,
      cwd: run.folder,
      env: { ...run.environment, [INSTALL_ID_VARIABLE]: run.install },
      user: run.user,
      timeoutMs,
      signal: run.signal,
      onOutput: run.onOutput,
    });
    if (ended.result.kind !== "not-started") break;
  }
  const { result, problem, output } = ended;
  if (problem === undefined) return { kind: "succeeded", output };
  const about = { script, name: run.name };
  const error =
    result.kind === "timed-out"
      ? new InstallError("E_INSTALL_TIMEOUT", { ...about, seconds: timeoutMs / 1000 })
      : new InstallError("E_INSTALL_SCRIPT", { ...about, reason: `it ${problem}` });
  return { kind: "failed", error, output };
}

/** Ends what an install's script has left running. @returns how many processes */
export function endScript(
  { endProcessesWith }: Pick<ScriptDeps, "endProcessesWith">,
  install: string,
): Promise<number> {
  return endProcessesWith(INSTALL_ID_VARIABLE, install);
}

/** Time limit of a script, unless told otherwise. */
export const DEFAULT_SCRIPT_SECONDS = 600;

async function installScript({ files }: ScriptDeps, folder: string): Promise<string> {
  return (await files.stat(`${folder}/install.sh`)) === undefined ? "setup.py" : "install.sh";
}

/** What can be tried, in order: Python has gone by two names. */
function commandLines(script: string, folder: string): readonly { file: string; args: readonly string[] }[] {
  if (script !== "setup.py") return [{ file: `${folder}/${script}`, args: [] }];
  return ["python3", "python"].map((file) => ({ file, args: ["setup.py", "install"] }));
}
