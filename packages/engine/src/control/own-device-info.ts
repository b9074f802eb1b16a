import { gatewayPaths } from "@gateway-engine/core/paths";
import { nodeFiles } from "@gateway-engine/platform/files";
import { thisMachine } from "@gateway-engine/platform/machine";
import type { DeviceInfo } from "@gateway-engine/protocol/device-info";
import { readDeviceInfo } from "@gateway-engine/telemetry/device/device-info";
import type { Environment } from "../environment.ts";

/** What the engine reports as `device_info`, for a command that looks at the same machine. */
export function ownDeviceInfo(environment: Environment): Promise<DeviceInfo> {
  const { hardwareDir } = gatewayPaths(environment["GWE_ROOT"]);
  return readDeviceInfo({ files: nodeFiles, machine: thisMachine, root: "/", hardwareDir });
}
