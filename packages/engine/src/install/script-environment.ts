import type { ChildUser } from "@gateway-engine/core/children";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import type { ReleaseFolders } from "./release-folders.ts";
import type { UnpackedRelease } from "./state.ts";

export interface ScriptEnvironmentDeps {
  readonly paths: Pick<GatewayPaths, "root" | "stateDir">;
  readonly folders: Pick<ReleaseFolders, "contentFolder">;
  /** The engine's own environment, which a script inherits. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where, and as whom, a command of a release runs. */
export interface CommandPlace {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined: we ourselves. */
  readonly user: ChildUser | undefined;
}

/** Of the engine's environment besides, whatever it has. */
export interface ScriptEnvironment extends Readonly<Record<string, string>> {
  readonly GWE_RELEASE_DIR: string;
  readonly GWE_DATA_DIR: string;
}

/**
 * The variables with which what belongs to a release is run.
 *
 * @param previous the version that is replaced; empty for none
 * @see docs/reference/application-package.md#installsh
 */
export function scriptEnvironment(
  deps: ScriptEnvironmentDeps,
  release: UnpackedRelease,
  previous: string,
): ScriptEnvironment {
  const { paths, environment, folders } = deps;
  return {
    PATH: DEFAULT_PATH,
    ...environment,
    GWE_ROOT: paths.root,
    GWE_APP_NAME: release.app,
    GWE_APP_VERSION: release.version,
    GWE_RELEASE_DIR: folders.contentFolder(release),
    GWE_PREVIOUS_VERSION: previous,
    GWE_DATA_DIR: dataFolderOf(paths, release.app),
  };
}

/** A folder of an application that stays from version to version. */
export function dataFolderOf({ stateDir }: Pick<GatewayPaths, "stateDir">, app: string): string {
  return `${stateDir}/data/${app}`;
}

/** Where programs are looked for when the engine was started without a PATH. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
