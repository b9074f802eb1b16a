import { readdirSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import type { NetworkInterface } from "@gateway-engine/core/machine";

/**
 * The machine's network interfaces without loopback, sorted by name; also those that are down or have no address.
 *
 * @param sysClassNet the folder that the kernel lists interfaces in; where it is missing, only interfaces with an address are known
 * @see sysfs, Documentation/ABI/testing/sysfs-class-net
 */
export function listNetworkInterfaces(sysClassNet = "/sys/class/net"): readonly NetworkInterface[] {
  const withAddress = networkInterfaces();
  const names = new Set([...namesIn(sysClassNet), ...Object.keys(withAddress)]);
  return [...names].sort().flatMap((name) => {
    const addresses = withAddress[name] ?? [];
    if (name === "lo" || addresses.some(({ internal }) => internal)) return [];
    const mac = readMac(sysClassNet, name) ?? addresses[0]?.mac ?? "";
    return [
      {
        name,
        mac: mac === NO_MAC ? "" : mac.toUpperCase(),
        addresses: addresses.map(({ address, cidr }) => cidr ?? address),
      },
    ];
  });
}

const NO_MAC = "00:00:00:00:00:00";

function namesIn(folder: string): readonly string[] {
  try {
    // Beside links to interfaces there may be files, such as bonding_masters.
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isFile())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** Six bytes; tunnels have shorter or longer hardware addresses, which are no MAC. */
function readMac(folder: string, name: string): string | undefined {
  try {
    const text = readFileSync(join(folder, name, "address"), "utf8").trim();
    return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) ? text : "";
  } catch {
    return undefined;
  }
}
