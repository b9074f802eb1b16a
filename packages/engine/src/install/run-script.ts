import type { ChildUser } from "@gateway-engine/core/children";
import { type GatewayEngineError, InstallError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { CommandResult, CommandRunner } from "@gateway-engine/core/processes";
import { OutputTail } from "./script-output.ts";

export interface ScriptDeps {
  readonly files: Files;
  readonly commands: CommandRunner;
  /** Ends every process that has the variable `name` set to `value`, and resolves when they are gone. @returns how many there were */
  readonly endProcessesWith: (name: string, value: string) => Promise<number>;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
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
  const output = new OutputTail(deps.maxOutputBytes);
  const decoder = new TextDecoder();
  const timeoutMs = run.timeoutMs ?? deps.timeoutMs;
  const script = run.script ?? (await installScript(deps, run.folder));
  let result: CommandResult = { kind: "not-started", reason: "" };
  for (const command of commandLines(script, run.folder)) {
    result = await deps.commands.run({
      ...command,
      cwd: run.folder,
      env: { ...run.environment, [INSTALL_ID_VARIABLE]: run.install },
      user: run.user,
      timeoutMs,
      graceMs: GRACE_MS,
      signal: run.signal,
      onOutput: (chunk) => {
        output.add(chunk);
        run.onOutput(decoder.decode(chunk, { stream: true }));
      },
    });
    if (result.kind !== "not-started") break;
  }
  run.signal.throwIfAborted();
  const error = problemOf(result, { script, name: run.name, seconds: timeoutMs / 1000 });
  const text = output.text();
  return error === undefined ? { kind: "succeeded", output: text } : { kind: "failed", error, output: text };
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

/** Time between the friendly signal and the other one, for a script that has to stop. */
const GRACE_MS = 1000;

async function installScript({ files }: ScriptDeps, folder: string): Promise<string> {
  return (await files.stat(`${folder}/install.sh`)) === undefined ? "setup.py" : "install.sh";
}

/** What can be tried, in order: Python has gone by two names. */
function commandLines(script: string, folder: string): readonly { file: string; args: readonly string[] }[] {
  if (script !== "setup.py") return [{ file: `${folder}/${script}`, args: [] }];
  return ["python3", "python"].map((file) => ({ file, args: ["setup.py", "install"] }));
}

function problemOf(
  result: CommandResult,
  script: { readonly script: string; readonly name: string; readonly seconds: number },
): InstallError | undefined {
  const failed = (reason: string) => new InstallError("E_INSTALL_SCRIPT", { ...script, reason });
  switch (result.kind) {
    case "exited":
      return result.status === 0 ? undefined : failed(`it ended with exit status ${result.status}`);
    case "signalled":
      return failed(`it was ended by ${result.signal}`);
    case "timed-out":
      return new InstallError("E_INSTALL_TIMEOUT", script);
    case "not-started":
      return failed(`it could not be started: ${result.reason}`);
  }
}
