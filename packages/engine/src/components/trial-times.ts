import type { AppManifest } from "@gateway-engine/artifact/app-manifest";

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
