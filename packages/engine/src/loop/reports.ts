import { type DeviceInfoDeps, readDeviceInfo } from "@gateway-engine/telemetry/device/device-info";
import type { GatewayTraffic } from "@gateway-engine/telemetry/traffic/gateway-traffic";
import { type AppReporterDeps, appReporter } from "../apps/report-apps.ts";
import type { Report } from "./report-sender.ts";

export interface GatewayReportsDeps {
  readonly telemetry: DeviceInfoDeps;
  readonly traffic: Pick<GatewayTraffic, "report">;
  readonly apps: AppReporterDeps;
  /** The server's address. */
  readonly server: () => string;
}

/** The three reports of a check-in, in the formats of docs/reference/aliases.md. */
export function gatewayReports({ telemetry, traffic, apps, server }: GatewayReportsDeps): readonly Report[] {
  const readApps = appReporter(apps);
  return [
    { alias: "device_info", make: async () => JSON.stringify(await readDeviceInfo(telemetry)) },
    { alias: "engine_report", make: async (signal) => JSON.stringify(await readApps(signal)) },
    { alias: "usage_report", make: async () => JSON.stringify(await traffic.report(server())) },
  ];
}
