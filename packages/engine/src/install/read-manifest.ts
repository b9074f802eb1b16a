import { type AppManifest, MANIFEST_FILE, NO_MANIFEST, parseAppManifest } from "@gateway-engine/artifact/app-manifest";
import { PackageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { ReleaseFolders } from "./release-folders.ts";
import type { UnpackedRelease } from "./state.ts";

export interface ManifestReaderDeps {
  readonly files: Pick<Files, "readText" | "stat">;
  readonly folders: Pick<ReleaseFolders, "contentFolder">;
}

/** What an unpacked release says about itself. @throws PackageError E_MANIFEST when its gwe.json was damaged since it was checked */
export async function readManifest(deps: ManifestReaderDeps, release: UnpackedRelease): Promise<AppManifest> {
  const path = `${deps.folders.contentFolder(release)}/${MANIFEST_FILE}`;
  const found = await deps.files.stat(path);
  if (found === undefined) return NO_MANIFEST;
  // Its script can put anything in the place of the file, also what cannot be read to an end.
  const text = found.kind === "file" && found.size <= LARGEST_BYTES ? await deps.files.readText(path) : undefined;
  const manifest = parseAppManifest(text ?? "");
  if (manifest.ok) return manifest.value;
  throw new PackageError("E_MANIFEST", {
    name: `${release.app} version ${release.version}`,
    problem: manifest.problem,
  });
}

const LARGEST_BYTES = 65_536;
