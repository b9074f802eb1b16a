import type { Files } from "@gateway-engine/core/files";
import type { Machine, NetworkInterface } from "@gateway-engine/core/machine";
import type { DeviceInfo } from "@gateway-engine/protocol/reports";
import { dfText } from "./df.ts";
import { freeText } from "./free.ts";
import { unameText } from "./uname.ts";

export interface DeviceInfoDeps {
  readonly files: Pick<Files, "readText">;
  readonly machine: Machine;
  /** The folder that plays `/` for what is read below `/proc`; `/` on a real machine. */
  readonly root: string;
}

/**
 * What the gateway is and how full it is, for the alias `device_info`.
 *
 * Read from the kernel itself, so that it needs no `df` or `free` on the gateway.
 *
 * @see docs/reference/aliases.md#device_info
 */
export async function readDeviceInfo({ files, machine, root }: DeviceInfoDeps): Promise<DeviceInfo> {
  const [uname, df, free] = await Promise.all([
    unameText(files, root, machine.architecture()),
    dfText({ files, machine, root }),
    freeText(files, root),
  ]);
  return { uname, df, free, ipaddrs: formatAddresses(machine.networkInterfaces()) };
}

/** One line an interface: `eth0: 192.168.1.5/24, fe80::1/64`; those without an address are left out. */
function formatAddresses(interfaces: readonly NetworkInterface[]): string {
  return interfaces
    .filter(({ addresses }) => addresses.length > 0)
    .map(({ name, addresses }) => `${name}: ${addresses.join(", ")}`)
    .join("\n");
}
