import { type AppManifest, COMPONENTS, MANIFEST_FILE, NO_MANIFEST, parseAppManifest } from "./app-manifest.ts";
import { type CheckResult, fail, pass } from "./check-result.ts";
import type { PackageEntry } from "./package-entry.ts";

export interface ManifestCheck {
  /** Nothing for a package that has no gwe.json and needs none. */
  readonly results: readonly CheckResult[];
  /** What is known of the package; the defaults when gwe.json cannot be used. */
  readonly manifest: AppManifest;
}

export interface PackageForManifest {
  /** The application's name. */
  readonly app: string;
  readonly entry: PackageEntry | undefined;
  /** The text of gwe.json; undefined when it is no small file. */
  readonly text: string | undefined;
  /** Whether the package has this path beside gwe.json. */
  readonly has: (path: string) => boolean;
}

/** What gwe.json says, and whether that goes with the package that it is in. */
export function checkManifest(found: PackageForManifest): ManifestCheck {
  const { app, entry, text } = found;
  if (entry === undefined) {
    const problem = componentProblem(app, NO_MANIFEST);
    return { results: problem === undefined ? [] : [broken(problem)], manifest: NO_MANIFEST };
  }
  if (entry.kind !== "file" || text === undefined) {
    return { results: [broken("it is not a plain, small file (put the text itself in)")], manifest: NO_MANIFEST };
  }
  const parsed = parseAppManifest(text);
  if (!parsed.ok) return { results: [broken(parsed.problem)], manifest: NO_MANIFEST };
  const manifest = parsed.value;
  const problem = componentProblem(app, manifest) ?? installProblem(manifest, found.has);
  return { results: [problem === undefined ? pass(MANIFEST_FILE, summary(manifest)) : broken(problem)], manifest };
}

/** Packages of the original engine had the names of its parts; installed here they would replace nothing. */
function componentProblem(app: string, { component }: AppManifest): string | undefined {
  const isPart = COMPONENTS.some((name) => name === app);
  if (isPart && component === undefined) {
    return `"${app}" is a part of the engine, and this package does not say that it replaces it (add "component": "${app}", or choose another name)`;
  }
  if (component !== undefined && component !== app)
    return `"component" is "${component}", but the package's name is "${app}"`;
  return undefined;
}

function installProblem({ install }: AppManifest, has: (path: string) => boolean): string | undefined {
  if (install === undefined) return undefined;
  if (has("install.sh")) return 'there are both install.sh and "install" (leave one of them out)';
  for (const action of install) {
    if (action.kind === "copy" && !has(action.from)) {
      return `"install" copies "${action.from}", which is not in the package`;
    }
  }
  return undefined;
}

function summary({ probation, health, component }: AppManifest): string {
  if (component !== undefined) return `replaces ${component}, a part of the engine`;
  const time = probation === undefined ? "as long as the gateway says" : `${probation} s`;
  return `probation ${time}${health === undefined ? "" : ", with a health check"}`;
}

function broken(problem: string): CheckResult {
  return { ...fail(MANIFEST_FILE, problem), code: "E_MANIFEST" };
}
