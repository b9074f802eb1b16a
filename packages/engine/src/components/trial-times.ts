import { type AppManifest, MANIFEST_FILE, parseAppManifest } from "@gateway-engine/artifact/app-manifest";
import { PackageError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";

/** In seconds. */
export interface TrialTimes {
  /** From a start of the release until it has to be trusted. */
  readonly seconds: number;
  /** How long it has to be well without a break. */
  readonly probation: number;
}

/** For a release to come up and to reach the server, in seconds. */
const COMING_UP = 120;

/** @param configured `probation` of Engine.config */
export function trialTimes(manifest: Pick<AppManifest, "probation" | "timeLimit">, configured: number): TrialTimes {
  const probation = manifest.probation ?? configured;
  return { probation, seconds: Math.ceil((manifest.timeLimit ?? COMING_UP) + probation) };
}

/** The gwe.json of an unpacked release. @throws PackageError E_MANIFEST */
export async function readManifest(files: Pick<Files, "readText">, folder: string): Promise<AppManifest> {
  const manifest = parseAppManifest((await files.readText(`${folder}/${MANIFEST_FILE}`)) ?? "{}");
  if (manifest.ok) return manifest.value;
  throw new PackageError("E_MANIFEST", { name: MANIFEST_FILE, problem: manifest.problem });
}
