import { systemClock } from "@gateway-engine/platform/clock";
import { nodeFiles } from "@gateway-engine/platform/files";
import { AlertLoop } from "./alert-loop.ts";
import type { AlertOptions } from "./compose.ts";

/** Alerts as Engine.config orders them; most of it is loaded when there is something to watch. */
export function scheduledAlerts(options: AlertOptions): AlertLoop {
  const { settings, paths, log } = options.workshop;
  return new AlertLoop({
    engineConfig: settings.engine,
    load: async (signal) => (await import("./compose.ts")).startAlertWatch(options, signal),
    hasTold: async () => (await nodeFiles.stat(paths.alerts)) !== undefined,
    clock: systemClock,
    log,
  });
}
