/** What a command line changes in Gateway.cfg and Engine.config: pure, checked before anything is written. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { EMPTY_VALUE } from "@gateway-engine/protocol/empty-value";
import {
  DEFAULT_UPDATE_INTERVAL_SECONDS,
  type EngineConfigKey,
  isServerUrl,
} from "@gateway-engine/protocol/engine-config";
import { DEFAULT_ACTIVATION_RETRY_SECONDS, type GatewayCfgKey } from "@gateway-engine/protocol/gateway-cfg";
import { optionTitle, type ParsedOptions, quote } from "./arguments.ts";
import type { OptionName } from "./options.ts";

/** New values by option of the file; an empty one clears. */
export interface ConfigurationChange {
  readonly gateway: Readonly<Partial<Record<GatewayCfgKey, string>>>;
  readonly engine: Readonly<Partial<Record<EngineConfigKey, string>>>;
}

export interface ChangeOptions {
  /** Whether a debug level that was given is meant to stay, or is for this invocation only. */
  readonly persistLevel: boolean;
}

/** @returns the change, or what is wrong with a value, in argparse's words */
export function changesFrom(options: ParsedOptions, how: ChangeOptions): Result<ConfigurationChange, string> {
  const gateway: Partial<Record<GatewayCfgKey, string>> = {};
  const engine: Partial<Record<EngineConfigKey, string>> = {};
  for (const rule of RULES) {
    const given = options.get(rule.option)?.[0];
    if (given === undefined || (rule.option === "debugLevel" && !how.persistLevel)) continue;
    const value = readValue(rule, given);
    if (!value.ok) return fail(`argument ${optionTitle(rule.option)}: ${value.problem}`);
    for (const key of rule.gateway ?? []) gateway[key] = value.value;
    for (const key of rule.engine ?? []) engine[key] = value.value;
  }
  return ok({ gateway, engine });
}

export function isEmpty(values: object): boolean {
  return Object.keys(values).length === 0;
}

interface Rule {
  readonly option: OptionName;
  readonly gateway?: readonly GatewayCfgKey[];
  readonly engine?: readonly EngineConfigKey[];
  /** What `''` goes back to. */
  readonly cleared?: string;
  readonly check?: (value: string) => string | undefined;
}

/** The product is set first, so that a model or vendor of its own, given beside it, wins. */
const RULES: readonly Rule[] = [
  { option: "cik", gateway: ["cik"] },
  { option: "productId", gateway: ["model", "vendor"] },
  { option: "model", gateway: ["model"] },
  { option: "vendor", gateway: ["vendor"] },
  { option: "uuid", gateway: ["uuid"] },
  { option: "iface", gateway: ["iface"] },
  {
    option: "activationRetryInterval",
    gateway: ["activation_retry_interval"],
    cleared: String(DEFAULT_ACTIVATION_RETRY_SECONDS),
    check: secondsProblem,
  },
  { option: "debugLevel", engine: ["debug_level"] },
  {
    option: "updateInterval",
    engine: ["update_interval"],
    cleared: String(DEFAULT_UPDATE_INTERVAL_SECONDS),
    check: secondsProblem,
  },
  { option: "userAgent", engine: ["user_agent"] },
  { option: "server", engine: ["server"], check: serverProblem },
];

function readValue(rule: Rule, given: string): Result<string, string> {
  if (/\p{Cc}/u.test(given)) return fail(`invalid value: ${quote(given)} (control characters are not allowed)`);
  const value = given.trim();
  if (value === "" || value === EMPTY_VALUE) return ok(rule.cleared ?? "");
  const problem = rule.check?.(value);
  return problem === undefined ? ok(value) : fail(problem);
}

function secondsProblem(value: string): string | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return `invalid float value: ${quote(value)}`;
  const seconds = Number(value);
  if (seconds > 0 && Number.isFinite(seconds)) return undefined;
  return `invalid value: ${quote(value)} (must be a number of seconds above 0)`;
}

function serverProblem(value: string): string | undefined {
  if (isServerUrl(value)) return undefined;
  return `invalid value: ${quote(value)} (must be an address such as https://fleet.example.com)`;
}
