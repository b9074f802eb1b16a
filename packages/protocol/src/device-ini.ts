/**
 * The Device INI of the later generation, which names a device by `murano_host`, `murano_id` and `murano_token`.
 *
 * @see docs/reference/gdc.md#the-devices-file
 */
import { type IniProblem, parseIni, setIniValue } from "@gateway-engine/core/ini";
import { LOG_LEVELS, type LogLevel } from "@gateway-engine/core/logger";
import { fail, ok, type Result } from "@gateway-engine/core/result";

export interface DeviceIni {
  /** `https://<product>.m2.exosite.io/`, or `mqtt://` the same; empty: not set. */
  readonly muranoHost: string;
  readonly muranoId: string;
  /** Empty until the device is activated. */
  readonly muranoToken: string;
  readonly muranoPort: number | undefined;
  /** Resources whose writes by the cloud side the device wants to hear of. */
  readonly watchlist: readonly string[];
  readonly debug: LogLevel | undefined;
  readonly httpTimeoutMs: number | undefined;
}

const SECTION = "device";
/** What an option without a value means. */
const TRUE = "true";
const DIALECT = { headerlessSection: SECTION, bareKeyValue: TRUE };

/** Whether the file's section `[device]` has an option that only the later generation knows. */
export function isDeviceIni(text: string): boolean {
  const document = parseIni(text, DIALECT);
  if (!document.ok) return /^\s*murano_/m.test(text);
  return [...(document.value.get(SECTION)?.entries.keys() ?? [])].some((key) => key.startsWith("murano_"));
}

export function parseDeviceIni(text: string): Result<DeviceIni, IniProblem> {
  const document = parseIni(text, DIALECT);
  if (!document.ok) return document;
  const entries = document.value.get(SECTION)?.entries;
  const read = (key: string) => entries?.get(key)?.value ?? "";
  const wrong = (key: string, want: string) =>
    fail({ line: entries?.get(key)?.line ?? 0, problem: `${key} is "${read(key)}", but must be ${want}` });

  const port = read("murano_port") === "" ? undefined : Number(read("murano_port"));
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    return wrong("murano_port", "a port number");
  }
  const seconds = read("http_timeout") === "" ? undefined : Number(read("http_timeout"));
  if (seconds !== undefined && !(seconds > 0 && Number.isFinite(seconds))) {
    return wrong("http_timeout", "a number of seconds above 0");
  }
  const debug = parseDebug(read("debug"));
  if (debug === undefined) return wrong("debug", `one of ${LOG_LEVELS.join(", ")}`);
  return ok({
    muranoHost: read("murano_host"),
    muranoId: read("murano_id"),
    muranoToken: read("murano_token"),
    muranoPort: port,
    watchlist: read("watchlist")
      .split(/[\s,]+/)
      .filter((alias) => alias !== ""),
    debug: debug === "" ? undefined : debug,
    httpTimeoutMs: seconds === undefined ? undefined : Math.ceil(seconds * 1000),
  });
}

/** The file's text with the token changed or added; everything else, comments included, stays as it was. */
export function withMuranoToken(text: string, token: string): string {
  const headed = /^\[/m.test(text) ? text : `[${SECTION}]\n${text}`;
  return setIniValue(headed, SECTION, "murano_token", token);
}

/** @returns "" when it is not set, undefined when it is no level */
function parseDebug(text: string): LogLevel | "" | undefined {
  if (text === "" || text === TRUE) return text === "" ? "" : "DEBUG";
  return LOG_LEVELS.find((level) => level === text.toUpperCase());
}
