/** The file that says who a device is: in the form of Gateway.cfg, or the Device INI of the later generation. */
import { ConfigError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { IniProblem } from "@gateway-engine/core/ini";
import type { LogLevel } from "@gateway-engine/core/logger";
import type { Result } from "@gateway-engine/core/result";
import { isDeviceIni, parseDeviceIni, withMuranoToken } from "@gateway-engine/protocol/device-ini";
import { parseGatewayCfg, withGatewayCfgValue } from "@gateway-engine/protocol/gateway-cfg";
import { readIdentityText } from "../identity-file.ts";

/** What a file says; empty and undefined: nothing. */
export interface DeviceFile {
  readonly path: string;
  readonly server: string;
  readonly port: number | undefined;
  readonly token: string;
  readonly vendor: string;
  readonly model: string;
  readonly uuid: string;
  readonly timeoutMs: number | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly watchlist: readonly string[];
}

/** @throws ConfigError when there is no such file, or it cannot be used */
export async function readDeviceFile(files: Pick<Files, "readText">, path: string): Promise<DeviceFile> {
  const text = await readIdentityText(files, path);
  return isDeviceIni(text) ? fromDeviceIni(path, text) : fromGatewayCfg(path, text);
}

/** Keeps a token in the file, for its owner's eyes only. */
export async function keepToken(files: Files, path: string, token: string): Promise<void> {
  const text = await readIdentityText(files, path);
  const changed = isDeviceIni(text) ? withMuranoToken(text, token) : withGatewayCfgValue(text, "cik", token);
  await files.writeAtomic(path, changed, 0o600);
}

function fromDeviceIni(path: string, text: string): DeviceFile {
  const ini = usable(path, parseDeviceIni(text));
  return {
    path,
    server: ini.muranoHost,
    port: ini.muranoPort,
    token: ini.muranoToken,
    vendor: "",
    model: "",
    uuid: ini.muranoId,
    timeoutMs: ini.httpTimeoutMs,
    logLevel: ini.debug,
    watchlist: ini.watchlist,
  };
}

function fromGatewayCfg(path: string, text: string): DeviceFile {
  const { cik, vendor, model, uuid } = usable(path, parseGatewayCfg(text));
  const nothing = { server: "", port: undefined, timeoutMs: undefined, logLevel: undefined, watchlist: [] };
  return { path, token: cik, vendor, model, uuid, ...nothing };
}

function usable<Value>(file: string, parsed: Result<Value, IniProblem>): Value {
  if (parsed.ok) return parsed.value;
  throw new ConfigError("E_CONFIG_SYNTAX", { file, ...parsed.problem });
}
