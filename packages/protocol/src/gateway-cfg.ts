/**
 * Gateway.cfg: who this gateway is. `gwe` writes it, `gmq` and applications read it. An empty value is written `''`.
 *
 * @see docs/reference/gateway-cfg.md
 */
import { formatIni, type IniProblem, parseIni, setIniValue } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { EMPTY_VALUE, readValue, writeValue } from "./empty-value.ts";

export interface GatewayCfg {
  readonly cik: string;
  readonly model: string;
  readonly vendor: string;
  readonly uuid: string;
  readonly iface: string;
  /** Seconds between two tries to activate. */
  readonly activationRetryInterval: number;
}

/** Options of the section `[device]`, in the order of a fresh file. */
export const GATEWAY_CFG_KEYS = ["cik", "model", "vendor", "uuid", "iface"] as const;
export type GatewayCfgKey = (typeof GATEWAY_CFG_KEYS)[number] | "activation_retry_interval";

export const DEFAULT_ACTIVATION_RETRY_SECONDS = 300;

const SECTION = "device";

/** 63 bytes, as the original ships it. */
export const FRESH_GATEWAY_CFG: string = formatIni({
  [SECTION]: Object.fromEntries(GATEWAY_CFG_KEYS.map((key) => [key, EMPTY_VALUE])),
});

/** Lines without a `[device]` header, as in the original's README, count as if they had it. */
export function parseGatewayCfg(text: string): Result<GatewayCfg, IniProblem> {
  const document = parseIni(text, { headerlessSection: SECTION });
  if (!document.ok) return document;
  const entries = document.value.get(SECTION)?.entries;
  const read = (key: string) => readValue(entries?.get(key)?.value ?? "");
  const interval = entries?.get("activation_retry_interval");
  const seconds = interval === undefined ? DEFAULT_ACTIVATION_RETRY_SECONDS : Number(readValue(interval.value));
  if (interval !== undefined && !(Number.isFinite(seconds) && seconds > 0)) {
    const problem = `activation_retry_interval is "${interval.value}", but must be a number of seconds above 0`;
    return fail({ line: interval.line, problem });
  }
  return ok({
    cik: read("cik"),
    model: read("model"),
    vendor: read("vendor"),
    uuid: read("uuid"),
    iface: read("iface"),
    activationRetryInterval: seconds,
  });
}

/**
 * The file's text with one option changed; everything else, comments included, stays as it was.
 * A file without the header `[device]` gets it, since only we read it without.
 */
export function withGatewayCfgValue(text: string, key: GatewayCfgKey, value: string): string {
  const headed = /^\[/m.test(text) || text.trim() === "" ? text : `[${SECTION}]\n${text}`;
  return setIniValue(headed, SECTION, key, writeValue(value));
}
