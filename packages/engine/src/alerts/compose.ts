/** Makes what looks at the gateway; loaded when there is something to watch. */
import { describeError } from "@gateway-engine/core/errors";
import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { thisMachine } from "@gateway-engine/platform/machine";
import { systemRandom } from "@gateway-engine/platform/random";
import type { SupervisorClient } from "@gateway-engine/supervisor/client";
import { ProgramRestarts } from "../apps/program-restarts.ts";
import { askQueue } from "../components/ask-queue.ts";
import type { Workshop } from "../workshop.ts";
import { AlertFile } from "./alert-file.ts";
import { AlertSender, type AlertSenderDeps } from "./alert-sender.ts";
import { AlertWatch } from "./alert-watch.ts";
import { Measurements } from "./measure.ts";

export interface AlertOptions extends Pick<AlertSenderDeps, "activation" | "cloud"> {
  readonly workshop: Pick<Workshop, "settings" | "paths" | "http" | "log">;
  readonly supervisor: Pick<SupervisorClient, "getAllProcessInfo" | "getStartCounts">;
}

/** @param signal ends the sending */
export function startAlertWatch(options: AlertOptions, signal: AbortSignal): Promise<AlertWatch> {
  const { workshop, supervisor, activation, cloud } = options;
  const { settings, paths, http } = workshop;
  const log = workshop.log.named("alerts");
  const clock = systemClock;
  const file = new AlertFile({ files: nodeFiles, path: paths.alerts, log });
  const queueSocket = paths.gmqSocket;
  const sender = new AlertSender({ activation, cloud, http, queueSocket, file, clock, random: systemRandom, log });
  sender.run(signal).catch((error: unknown) => {
    if (!signal.aborted) log.error(`alerts are not sent any more: ${describeError(error)}`);
  });
  const restarts = new ProgramRestarts(supervisor);
  const measurements = new Measurements({
    files: nodeFiles,
    machine: thisMachine,
    root: "/",
    restarts: async (until) => restarts.of(await supervisor.getAllProcessInfo(until), until),
    queued: async (until) => (await askQueue(http, queueSocket, until)).queued,
    certificate: async () => (await settings.engine.read()).tls.cert,
    clock,
    log,
  });
  const measure: Measurements["measure"] = (rules, until) => measurements.measure(rules, until);
  return AlertWatch.start({ file, sender, measure, clock, log });
}
