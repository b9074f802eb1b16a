import { ConfigError } from "@gateway-engine/core/errors";
import type { NetworkInterface } from "@gateway-engine/core/machine";
import { fail, ok, type Result } from "@gateway-engine/core/result";

/**
 * The MAC address by which an interface identifies the gateway: upper case, with colons.
 *
 * @returns the address; or E_INTERFACE_UNKNOWN, which names the interfaces there are
 */
export function findMac(iface: string, interfaces: readonly NetworkInterface[]): Result<string, ConfigError> {
  const mac = interfaces.find(({ name }) => name === iface)?.mac;
  if (mac) return ok(mac.toUpperCase());
  const usable = interfaces.filter((candidate) => candidate.mac !== "").map(({ name }) => name);
  const available = usable.length === 0 ? "none" : usable.join(", ");
  return fail(new ConfigError("E_INTERFACE_UNKNOWN", { iface, available }));
}
