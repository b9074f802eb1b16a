/**
 * Engine.config: how the engine works. `gwe` writes it, `gmq` reads the server's address from it. An empty value is written `''`.
 *
 * @see docs/reference/engine-config.md
 */
import { formatIni, type IniEntry, type IniProblem, parseIni, setIniValue } from "@gateway-engine/core/ini";
import { LOG_LEVELS, type LogLevel } from "@gateway-engine/core/logger";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { parseByteSize } from "@gateway-engine/core/sizes";
import { type AlertRules, parseAlertRules } from "./alert-rules.ts";
import { EMPTY_VALUE, readValue, writeValue } from "./empty-value.ts";
import { type MetricsConfig, parseMetricsConfig } from "./metrics-config.ts";
import { parseReportPolicy, type ReportPolicy } from "./report-policy.ts";
import { parseTrafficConfig, type TrafficConfig } from "./traffic-config.ts";

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
  /** Seconds for which a new release has to run well before it is trusted, where its package does not say. */
  readonly probation: number;
  /** Releases of an application that stay unpacked, the one in force among them. */
  readonly keptReleases: number;
  /** `auto`: once a key is trusted. */
  readonly requireSignature: "auto" | "always" | "never";
  /** Bytes a second that a download may take; 0: as many as there are. */
  readonly downloadRate: number;
  /** A folder, such as a USB stick's, whose packages are installed as they appear; empty: none. */
  readonly installFolder: string;
  /** Whether the cloud may run commands of its own on this gateway. */
  readonly allowRun: boolean;
  /** The version table: installed applications with their versions. */
  readonly apps: readonly InstalledApp[];
  /** The section `[alerts]`. */
  readonly alerts: AlertRules;
  /** The section `[metrics]`. */
  readonly metrics: MetricsConfig;
  /** The section `[traffic]`. */
  readonly traffic: TrafficConfig;
  /** The section `[reports]`. */
  readonly reports: ReportPolicy;
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
  | "probation"
  | "keep_releases"
  | "require_signature"
  | "download_rate"
  | "install_folder"
  | "allow_run"
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
  probation: "60",
  keep_releases: "2",
  require_signature: "auto",
  download_rate: "0",
  install_folder: EMPTY_VALUE,
  allow_run: "false",
  apps: "[]",
};

export const FRESH_ENGINE_CONFIG: string = formatIni({ [SECTION]: DEFAULTS });

export function parseEngineConfig(text: string): Result<EngineConfig, IniProblem> {
  const document = parseIni(text);
  if (!document.ok) return document;
  const alerts = parseAlertRules(document.value);
  if (!alerts.ok) return alerts;
  const metrics = parseMetricsConfig(document.value);
  if (!metrics.ok) return metrics;
  const traffic = parseTrafficConfig(document.value);
  if (!traffic.ok) return traffic;
  const options = new OptionReader(document.value.get(SECTION)?.entries ?? new Map());
  const reports = parseReportPolicy(document.value);
  if (!reports.ok) return reports;
  const config: EngineConfig = {
    updateInterval: options.read("update_interval", aboveZero, "a number of seconds above 0"),
    debugLevel: options.read("debug_level", logLevel, `one of ${LOG_LEVELS.join(", ")}`),
    userAgent: options.text("user_agent"),
    server: options.read("server", emptyOrServerUrl, "an address such as https://fleet.example.com"),
    tls: { cert: options.text("tls_cert"), key: options.text("tls_key"), ca: options.text("tls_ca") },
    maxSupervisorRpcAttempts: options.read("max_supervisor_rpc_attempts", wholeAboveZero, "a whole number above 0"),
    probation: options.read("probation", notNegative, "a number of seconds, 0 or more"),
    keptReleases: options.read("keep_releases", wholeAboveZero, "a whole number above 0"),
    requireSignature: options.read("require_signature", signatureRule, `one of ${SIGNATURE_RULES.join(", ")}`),
    downloadRate: options.read("download_rate", byteSize, "bytes a second such as 65536 or 64KB, or 0"),
    installFolder: options.read("install_folder", emptyOrAbsolute, "an absolute path"),
    allowRun: options.read("allow_run", trueOrFalse, "true or false"),
    apps: options.read("apps", parseApps, 'a list such as [{"counter": "1"}]'),
    alerts: alerts.value,
    metrics: metrics.value,
    traffic: traffic.value,
    reports: reports.value,
  };
  return options.problem === undefined ? ok(config) : fail(options.problem);
}

/** Reads the options one by one, and remembers the first that cannot be used; the values read with it do not count. */
class OptionReader {
  readonly #entries: ReadonlyMap<string, IniEntry>;
  problem: IniProblem | undefined;

  constructor(entries: ReadonlyMap<string, IniEntry>) {
    this.#entries = entries;
  }

  text(key: EngineConfigKey): string {
    return readValue(this.#entry(key).value);
  }

  read<Value>(key: EngineConfigKey, parse: (text: string) => Value | undefined, want: string): Value {
    const { value, line } = this.#entry(key);
    const read = parse(readValue(value));
    if (read !== undefined) return read;
    this.problem ??= { line, problem: `${key} is "${value}", but must be ${want}` };
    return parse(readValue(DEFAULTS[key])) as Value;
  }

  #entry(key: EngineConfigKey): IniEntry {
    return this.#entries.get(key) ?? { key, value: DEFAULTS[key], line: 0 };
  }
}

const SIGNATURE_RULES = ["auto", "always", "never"] as const;

function signatureRule(text: string): EngineConfig["requireSignature"] | undefined {
  return SIGNATURE_RULES.find((rule) => rule === text);
}

function logLevel(text: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === text.toUpperCase());
}

function aboveZero(text: string): number | undefined {
  const number = Number(text);
  return number > 0 && Number.isFinite(number) ? number : undefined;
}

function wholeAboveZero(text: string): number | undefined {
  const number = Number(text);
  return number > 0 && Number.isSafeInteger(number) ? number : undefined;
}

function notNegative(text: string): number | undefined {
  return text === "0" ? 0 : aboveZero(text);
}

function byteSize(text: string): number | undefined {
  const size = parseByteSize(text);
  return size.ok && size.value >= 0 ? size.value : undefined;
}

function emptyOrServerUrl(text: string): string | undefined {
  return text === "" || isServerUrl(text) ? text : undefined;
}

function emptyOrAbsolute(text: string): string | undefined {
  return text === "" || text.startsWith("/") ? text : undefined;
}

function trueOrFalse(text: string): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
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
