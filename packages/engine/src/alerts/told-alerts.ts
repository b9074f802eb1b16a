/**
 * What is raised, and what was told last: from the running engine, or, when none runs, as the last one left it.
 *
 * @example
 * const { raised } = await toldAlerts(gatewayPaths(), signal);
 */
import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { GatewayPaths } from "@gateway-engine/core/paths";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import type { AlertsAnswer } from "@gateway-engine/protocol/local-control";
import { createControlClient } from "../control/control-client.ts";
import { NOTHING_TOLD, parseAlerts } from "./alert-file.ts";

export async function toldAlerts(
  { gweSocket, alerts }: Pick<GatewayPaths, "gweSocket" | "alerts">,
  signal: AbortSignal,
): Promise<AlertsAnswer> {
  const http = createHttpClient();
  try {
    return await createControlClient({ http, socketPath: gweSocket }).alerts(signal);
  } catch (error) {
    if (!(error instanceof GatewayEngineError && error.code === "E_UNREACHABLE")) throw error;
    return parseAlerts(await nodeFiles.readText(alerts)) ?? NOTHING_TOLD;
  } finally {
    http.close();
  }
}
