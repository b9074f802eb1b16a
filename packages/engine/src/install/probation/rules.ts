import type { AppManifest } from "@gateway-engine/artifact/app-manifest";
import type { UnpackedRelease } from "../state.ts";
import { programRules } from "./program-rules.ts";
import type { ProbationRules } from "./verdict.ts";

/** Rounds of a health check that a program gets to become well, when its probation is shorter than they take. */
const ROUNDS_TO_BECOME_WELL = 3;

/** What a probation may take beyond twice its own time: for starting, stopping and waiting. */
const SLACK_MS = 300_000;

export interface ProbationTerms {
  readonly release: Pick<UnpackedRelease, "hasProgram">;
  readonly manifest: Pick<AppManifest, "probation" | "health" | "needsServer">;
  /** The text of the supervisor's file. */
  readonly conf: string;
}

/** @param defaultSeconds of the gateway, for a program whose package does not say */
export function probationRules({ release, manifest, conf }: ProbationTerms, defaultSeconds: number): ProbationRules {
  const { health, needsServer } = manifest;
  const program = release.hasProgram ? programRules(conf) : undefined;
  const requiredMs = (manifest.probation ?? (release.hasProgram ? defaultSeconds : 0)) * 1000;
  const roundsMs = health === undefined ? 0 : ROUNDS_TO_BECOME_WELL * (health.interval + health.timeout) * 1000;
  const healthWithinMs = Math.max(requiredMs, roundsMs);
  const startMs = (program?.startSeconds ?? 0) * 1000;
  return {
    program,
    requiredMs,
    healthWithinMs,
    needsHealth: health !== undefined,
    needsServer,
    limitMs: 2 * Math.max(requiredMs, healthWithinMs) + startMs + SLACK_MS,
  };
}
