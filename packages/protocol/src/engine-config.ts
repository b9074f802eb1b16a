/**
 * Engine.config: how the engine works. `gwe` writes it, `gmq` reads the server's address from it. An empty value is written `''`.
 *
 * @see docs/reference/engine-config.md
 */
import { formatIni, type IniEntry, type IniProblem, parseIni, setIniValue } from "@gateway-engine/core/ini";
import { LOG_LEVELS, type LogLevel } from "@gateway-engine/core/logger";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { EMPTY_VALUE, readValue, writeValue } from "./empty-value.ts";

export interface EngineConfig {
  /** Seconds between two check-ins; fractions are allowed. */
  readonly updateInterval: number;
  readonly debugLevel: LogLevel;
  /** Empty: the default, `GatewayEngine-v<VERSION>`. */
  readonly userAgent: string;
  /** Empty: the address that follows from the product, see `serverAddress`. */
  readonly server: string;
  /** Files for the connection to the server; empty: none. */
  readonly tls: Readonly<Record<"cert" | "key" | "ca", string>>;
  readonly maxSupervisorRpcAttempts: number;
  /** The version table: installed applications with their versions. */
  readonly apps: readonly InstalledApp[];
}

export interface InstalledApp {
  readonly name: string;
  readonly version: string;
}

export const DEFAULT_UPDATE_INTERVAL_SECONDS = 14_400;

/** Options of the section `[engine]`, in the order of a fresh file. */
export type EngineConfigKey =
  | "update_interval"
  | "debug_level"
  | "user_agent"
  | "server"
  | "tls_cert"
  | "tls_key"
  | "tls_ca"
  | "max_supervisor_rpc_attempts"
  | "apps";

const SECTION = "engine";
const DEFAULTS: Readonly<Record<EngineConfigKey, string>> = {
  update_interval: String(DEFAULT_UPDATE_INTERVAL_SECONDS),
  debug_level: "INFO",
  user_agent: EMPTY_VALUE,
  server: EMPTY_VALUE,
  tls_cert: EMPTY_VALUE,
  tls_key: EMPTY_VALUE,
  tls_ca: EMPTY_VALUE,
  max_supervisor_rpc_attempts: "3",
  apps: "[]",
};

export const FRESH_ENGINE_CONFIG: string = formatIni({ [SECTION]: DEFAULTS });

export function parseEngineConfig(text: string): Result<EngineConfig, IniProblem> {
  const document = parseIni(text);
  if (!document.ok) return document;
  const entries = document.value.get(SECTION)?.entries;
  const raw = (key: EngineConfigKey): IniEntry => entries?.get(key) ?? { key, value: DEFAULTS[key], line: 0 };
  const wrong = (key: EngineConfigKey, want: string) =>
    fail({ line: raw(key).line, problem: `${key} is "${raw(key).value}", but must be ${want}` });

  const updateInterval = Number(raw("update_interval").value);
  if (!(updateInterval > 0 && Number.isFinite(updateInterval)))
    return wrong("update_interval", "a number of seconds above 0");
  const debugLevel = LOG_LEVELS.find((level) => level === raw("debug_level").value.toUpperCase());
  if (debugLevel === undefined) return wrong("debug_level", `one of ${LOG_LEVELS.join(", ")}`);
  const attempts = Number(raw("max_supervisor_rpc_attempts").value);
  if (!(Number.isSafeInteger(attempts) && attempts > 0))
    return wrong("max_supervisor_rpc_attempts", "a whole number above 0");
  const server = readValue(raw("server").value);
  if (server !== "" && !isServerUrl(server)) return wrong("server", "an address such as https://fleet.example.com");
  const apps = parseApps(raw("apps").value);
  if (apps === undefined) return wrong("apps", 'a list such as [{"counter": "1"}]');
  return ok({
    updateInterval,
    debugLevel,
    userAgent: readValue(raw("user_agent").value),
    server,
    tls: {
      cert: readValue(raw("tls_cert").value),
      key: readValue(raw("tls_key").value),
      ca: readValue(raw("tls_ca").value),
    },
    maxSupervisorRpcAttempts: attempts,
    apps,
  });
}

/** The file's text with one option changed; everything else, comments included, stays as it was. */
export function withEngineConfigValue(text: string, key: EngineConfigKey, value: string): string {
  return setIniValue(text, SECTION, key, writeValue(value));
}

/** The version table as it stands in the file: a JSON list with one object an application. */
export function formatApps(apps: readonly InstalledApp[]): string {
  return JSON.stringify(apps.map(({ name, version }) => ({ [name]: version })));
}

/**
 * Where a device's server is.
 *
 * @param environment the value of `GWE_SERVER`; @param configured `server` in Engine.config
 * @returns an address without a trailing slash
 */
export function serverAddress(environment: string | undefined, configured: string, productId: string): string {
  const address = environment || configured || `https://${productId}.m2.exosite.io`;
  return address.replace(/\/+$/, "");
}

export function isServerUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Python wrote the list with single quotes and bare numbers; both forms are read. */
function parseApps(text: string): readonly InstalledApp[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.includes('"') ? text : text.replaceAll(/(?<!\w)u?'([^']*)'/g, '"$1"'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  const apps: InstalledApp[] = [];
  for (const item of parsed) {
    if (typeof item !== "object" || item === null) return undefined;
    for (const [name, version] of Object.entries(item)) apps.push({ name, version: String(version) });
  }
  return apps;
}
