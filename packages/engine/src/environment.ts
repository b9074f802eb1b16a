import { ConfigError } from "@gateway-engine/core/errors";
import { isServerUrl } from "@gateway-engine/protocol/engine-config";
import { DEFAULT_SCRIPT_SECONDS } from "./install/run-script.ts";

/** The variables that the engine was started with. @see docs/reference/environment.md */
export type Environment = Readonly<Record<string, string>>;

/** @returns undefined when Engine.config says which server it is @throws ConfigError E_CONFIG_VALUE */
export function serverOverride(environment: Environment): string | undefined {
  const server = environment["GWE_SERVER"] ?? "";
  if (server === "") return undefined;
  if (isServerUrl(server)) return server;
  throw unusable("GWE_SERVER", server, "an address such as https://fleet.example.com");
}

/** How long a package's script may take. @throws ConfigError E_CONFIG_VALUE */
export function scriptSeconds(environment: Environment): number {
  const text = environment["GWE_INSTALL_TIMEOUT"] ?? "";
  if (text === "") return DEFAULT_SCRIPT_SECONDS;
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw unusable("GWE_INSTALL_TIMEOUT", text, "a number of seconds above 0");
}

/**
 * What restarts the machine, for `/bin/sh -c`.
 *
 * @returns undefined where that is not ours to do: a gateway in a folder does not restart the machine that it is tried out on
 */
export function rebootCommand(environment: Environment): string | undefined {
  const own = environment["GWE_REBOOT_COMMAND"] ?? "";
  if (own !== "") return own;
  const root = environment["GWE_ROOT"] ?? "";
  return root === "" || root === "/" ? "reboot || shutdown -r now" : undefined;
}

function unusable(key: string, got: string, want: string): ConfigError {
  return new ConfigError("E_CONFIG_VALUE", { file: "environment", key, got, want });
}
