/** Checks that a release may run on this gateway, before anything of it does. */
import type { AppManifest } from "@gateway-engine/artifact/app-manifest";
import type { Files } from "@gateway-engine/core/files";
import type { Machine } from "@gateway-engine/core/machine";
import { VERSION } from "@gateway-engine/core/version";
import { actionScript } from "../action-script.ts";
import { type Accounts, appAccount } from "../app-account.ts";
import { readManifest } from "../read-manifest.ts";
import type { ReleaseFolders } from "../release-folders.ts";
import type { UnpackedRelease } from "../state.ts";
import type { VersionTable } from "../version-table.ts";
import { incompatibility } from "./compatibility.ts";

export interface AdmissionDeps {
  readonly files: Files;
  readonly folders: Pick<ReleaseFolders, "contentFolder">;
  readonly versions: Pick<VersionTable, "apps">;
  readonly machine: Pick<Machine, "architecture">;
  readonly accounts: Accounts;
}

/**
 * Looks at what the release says about itself; of actions in its gwe.json an install.sh is made.
 *
 * @param name of the package, for messages
 * @throws PackageError E_MANIFEST, E_INCOMPATIBLE, E_DEPENDENCY
 */
export async function admit(deps: AdmissionDeps, release: UnpackedRelease, name: string): Promise<AppManifest> {
  const manifest = await readManifest(deps, release);
  const gateway = { engine: VERSION, machine: deps.machine.architecture(), apps: await deps.versions.apps() };
  const problem = incompatibility(name, manifest, gateway);
  if (problem !== undefined) throw problem;
  appAccount(deps.accounts, name, manifest);
  if (manifest.install !== undefined) {
    const script = `${deps.folders.contentFolder(release)}/install.sh`;
    await deps.files.writeAtomic(script, actionScript(manifest.install), 0o755);
  }
  return manifest;
}
