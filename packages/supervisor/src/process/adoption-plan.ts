/** What becomes of a child that an earlier daemon left behind. */
import type { DaemonExtras } from "../config/extras.ts";
import type { ProcessConfig } from "../config/model.ts";
import { isSameProcess } from "../groups/compare.ts";
import type { ChildRecord } from "./child-records.ts";

export type AdoptionPlan =
  | { readonly kind: "keep" }
  /** In words for the log: why. */
  | { readonly kind: "stop"; readonly thenStart: boolean; readonly why: string };

export interface AdoptionRules extends Pick<DaemonExtras, "orphans"> {
  /** Whether it is to be started with the daemon. */
  readonly wantsStart: boolean;
}

/** @param config the program as it is configured now */
export function planAdoption(
  record: Pick<ChildRecord, "config" | "stopping">,
  config: ProcessConfig,
  { orphans, wantsStart }: AdoptionRules,
): AdoptionPlan {
  const changed = !isSameProcess(config, record.config);
  if (record.stopping === "stay-stopped") {
    // A changed program that was told to stop was being replaced by an update.
    return { kind: "stop", thenStart: changed && wantsStart, why: "it had been told to stop" };
  }
  if (record.stopping === "start-again") {
    return { kind: "stop", thenStart: true, why: "an earlier supervisord was restarting it" };
  }
  if (record.stopping === "autostart") {
    return { kind: "stop", thenStart: wantsStart, why: "an earlier supervisord was stopping it" };
  }
  if (changed) return { kind: "stop", thenStart: true, why: "its configuration has changed since it was started" };
  if (orphans === "stop") return { kind: "stop", thenStart: wantsStart, why: "an earlier supervisord left it" };
  return { kind: "keep" };
}
