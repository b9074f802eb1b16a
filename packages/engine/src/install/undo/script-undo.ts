import type { ScriptOutcome } from "../run-script.ts";
import type { Undo, UnpackedRelease } from "../state.ts";

/** Of a release that brings one: what takes its install.sh back. */
export const UNINSTALL = "uninstall.sh";

type ScriptToUndo = Exclude<Undo, { readonly kind: "folder" }>;

/** A script that takes back what another did on the files themselves. */
export interface UndoScript {
  readonly release: UnpackedRelease;
  /** Without it, the one that installs. */
  readonly script?: typeof UNINSTALL;
  /** Of the version that is in force until the script has run. */
  readonly previousVersion: string;
}

export interface UndoScriptDeps {
  /** Whether a release brings an uninstall.sh. */
  readonly hasUninstall: (release: UnpackedRelease) => Promise<boolean>;
  readonly run: (script: UndoScript) => Promise<ScriptOutcome>;
}

/** What came of it. */
export interface ScriptsOutcome {
  /** Every script that had to run has run, and to a good end: what they did not change is meant to stay. */
  readonly isDone: boolean;
  /** Why a file is not as before, if it is not. */
  readonly reason: string;
}

/**
 * Takes back what a script did, by scripts: the release's own uninstall.sh, then install.sh of the release before it.
 * When the first fails, the second is run all the same: it is what brings the version before nearest to how it was.
 * A one-off runs at most once, so the one before is not run again.
 */
export async function undoByScripts(deps: UndoScriptDeps, undo: ScriptToUndo): Promise<ScriptsOutcome> {
  const scripts = await scriptsFor(deps, undo);
  const problems: string[] = [];
  for (const script of scripts) {
    const outcome = await deps.run(script);
    if (outcome.kind === "failed") problems.push(outcome.error.message);
  }
  const { version, release } = undo.previous;
  if (scripts.length === 0) {
    return {
      isDone: false,
      reason: "neither has the release an uninstall.sh, nor is there a release before it to install again",
    };
  }
  if (version !== "" && release === null) {
    return { isDone: false, reason: `version ${version} is no longer unpacked, so it was not installed again` };
  }
  if (problems.length > 0) return { isDone: false, reason: problems.join("; ") };
  const ran = scripts.map(({ release, script = "install.sh" }) => `${script} of version ${release.version}`);
  return { isDone: true, reason: `${ran.join(" and ")} left it so` };
}

async function scriptsFor(
  { hasUninstall }: UndoScriptDeps,
  { release, previous }: ScriptToUndo,
): Promise<readonly UndoScript[]> {
  const scripts: UndoScript[] = [];
  if (await hasUninstall(release)) {
    scripts.push({ release, script: UNINSTALL, previousVersion: previous.version });
  }
  if (previous.release?.hasProgram === true) {
    scripts.push({ release: previous.release, previousVersion: release.version });
  }
  return scripts;
}
