import { bootId } from "@gateway-engine/platform/process-table";
import { systemRandom } from "@gateway-engine/platform/random";
import { fleetPhase, jittered, startDelayMs } from "@gateway-engine/telemetry/policy/jitter";
import type { Workshop } from "../workshop.ts";
import type { Pace } from "./engine-loop.ts";
import { isFirstRunSinceBoot } from "./last-boot.ts";

/** @param share of the interval that may be taken off, from 0 to 1 */
export async function paceOf({ settings, database }: Workshop, share: number): Promise<Pace> {
  const { uuid } = await settings.gateway.read();
  const isFirst = isFirstRunSinceBoot(database, bootId());
  const jitter = { share, phase: fleetPhase(uuid), random: systemRandom };
  return {
    startDelayMs: (intervalMs) => (isFirst ? startDelayMs(intervalMs, jitter) : 0),
    jittered: (intervalMs) => jittered(intervalMs, jitter),
  };
}
