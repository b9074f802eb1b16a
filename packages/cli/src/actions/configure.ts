import type { LogLevel } from "@gateway-engine/core/logger";
import type { NetworkInterface } from "@gateway-engine/core/machine";
import { findMac } from "@gateway-engine/engine/interface-mac";
import type { Settings } from "@gateway-engine/engine/settings";
import { type ConfigurationChange, isEmpty } from "../configuration-change.ts";
import { shown, type Terminal } from "../terminal.ts";

export interface ConfigureDeps {
  readonly settings: Settings;
  readonly networkInterfaces: () => readonly NetworkInterface[];
  readonly terminal: Terminal;
  readonly debugLevel: LogLevel | undefined;
}

/** Writes the change, one atomic write a file, and echoes the files that it touched. A running engine takes it up when it is restarted. */
export async function configure(change: ConfigurationChange, deps: ConfigureDeps): Promise<void> {
  const { settings, terminal } = deps;
  const { gateway, engine } = change;
  if (gateway.iface) reportInterface(gateway.iface, deps);
  if (!isEmpty(gateway)) await settings.gateway.set(gateway);
  if (!isEmpty(engine)) await settings.engine.set(engine);
  if (!isEmpty(gateway)) terminal.out(shown(await settings.gateway.text()));
  if (!isEmpty(engine) && !isLevelBesideIdentity(change)) terminal.out(shown(await settings.engine.text()));
}

/** An interface may appear later, when its driver is loaded or its modem is plugged in: one that is missing is set all the same. */
function reportInterface(iface: string, { networkInterfaces, terminal, debugLevel }: ConfigureDeps): void {
  const mac = findMac(iface, networkInterfaces());
  if (!mac.ok) terminal.err(`gwe: warning: ${mac.problem.message}\n`);
  else if (debugLevel === "DEBUG") {
    terminal.out(`Found interface '${iface}' with MAC address (serial/uuid): ${mac.value}\n`);
  }
}

/** `gwe --set-iface eth0 -d DEBUG` shows what it was asked for, and not a second file. */
function isLevelBesideIdentity({ gateway, engine }: ConfigurationChange): boolean {
  return !isEmpty(gateway) && Object.keys(engine).every((key) => key === "debug_level");
}
