import { GatewayEngineError } from "@gateway-engine/core/errors";
import type { Logger } from "@gateway-engine/core/logger";
import type { SupervisorClient } from "@gateway-engine/supervisor/client";
import { type DeviceInfoDeps, readDeviceInfo } from "@gateway-engine/telemetry/device/device-info";
import { engineReport } from "@gateway-engine/telemetry/engine-report";
import type { GatewayTraffic } from "@gateway-engine/telemetry/traffic/gateway-traffic";
import { withOwnParts } from "../components/own-parts.ts";
import type { VersionTable } from "../install/version-table.ts";
import type { Report } from "./report-sender.ts";

export interface GatewayReportsDeps {
  readonly telemetry: DeviceInfoDeps;
  readonly traffic: Pick<GatewayTraffic, "report">;
  readonly supervisor: Pick<SupervisorClient, "getAllProcessInfo">;
  readonly versions: Pick<VersionTable, "apps">;
  /** Asks the running queue; undefined when none answers. */
  readonly queueVersion: (signal: AbortSignal) => Promise<string | undefined>;
  /** The server's address. */
  readonly server: () => string;
  readonly log: Logger;
}

/** The three reports of a check-in, in the formats of docs/reference/aliases.md. */
export function gatewayReports(deps: GatewayReportsDeps): readonly Report[] {
  const { telemetry, traffic, versions, queueVersion, server } = deps;
  const processes = new ProcessList(deps);
  return [
    { alias: "device_info", make: async () => JSON.stringify(await readDeviceInfo(telemetry)) },
    {
      alias: "engine_report",
      make: async (signal) => {
        const running = await processes.read(signal);
        const groups = running.map(({ group }) => group);
        const apps = await withOwnParts(await versions.apps(), groups, () => queueVersion(signal));
        return JSON.stringify(engineReport(running, apps));
      },
    },
    { alias: "usage_report", make: async () => JSON.stringify(await traffic.report(server())) },
  ];
}

/** The engine works without a supervisor, and says so: once when it is missed, and once when it is back. */
class ProcessList {
  readonly #deps: Pick<GatewayReportsDeps, "supervisor" | "log">;
  #missed = false;

  constructor(deps: Pick<GatewayReportsDeps, "supervisor" | "log">) {
    this.#deps = deps;
  }

  async read(signal: AbortSignal) {
    const { supervisor, log } = this.#deps;
    try {
      const processes = await supervisor.getAllProcessInfo(signal);
      if (this.#missed) log.info("the supervisor answers again");
      this.#missed = false;
      return processes;
    } catch (error) {
      if (!(error instanceof GatewayEngineError && error.code === "E_SUPERVISOR_UNREACHABLE")) throw error;
      if (!this.#missed) log.warn(`${error.message}; the engine runs without it`);
      this.#missed = true;
      return [];
    }
  }
}
