import { ConfigError } from "@gateway-engine/core/errors";
import type { NetworkInterface } from "@gateway-engine/core/machine";
import type { Result } from "@gateway-engine/core/result";
import { fail, ok } from "@gateway-engine/core/result";
import type { GatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import type { GatewayCfgFile } from "../settings.ts";
import { findMac } from "./interface-mac.ts";

export interface OwnIdentityDeps {
  readonly gatewayCfg: GatewayCfgFile;
  readonly networkInterfaces: () => readonly NetworkInterface[];
}

/**
 * Who this gateway is: Gateway.cfg with vendor, model and uuid. An empty uuid is filled in, and written, from the MAC of `iface`.
 *
 * @returns what is still missing, when a person or a driver that is loaded later can yet supply it
 * @throws ConfigError E_IDENTITY_MISSING when neither uuid nor iface is set, E_CONFIG_SYNTAX
 */
export async function settleIdentity(deps: OwnIdentityDeps): Promise<Result<GatewayCfg, ConfigError>> {
  const { gatewayCfg } = deps;
  const cfg = await gatewayCfg.read();
  const named = cfg.uuid === "" ? await nameAfterInterface(cfg, deps) : ok(cfg);
  if (!named.ok) return named;
  for (const key of ["vendor", "model"] as const) {
    if (cfg[key] !== "") continue;
    const mend = "set it with gwe --set-product-id";
    return fail(new ConfigError("E_CONFIG_MISSING", { file: gatewayCfg.path, key, mend }));
  }
  return named;
}

async function nameAfterInterface(cfg: GatewayCfg, deps: OwnIdentityDeps): Promise<Result<GatewayCfg, ConfigError>> {
  const { gatewayCfg, networkInterfaces } = deps;
  if (cfg.iface === "") throw new ConfigError("E_IDENTITY_MISSING", { file: gatewayCfg.path });
  const mac = findMac(cfg.iface, networkInterfaces());
  return mac.ok ? ok(await gatewayCfg.set({ uuid: mac.value })) : mac;
}
