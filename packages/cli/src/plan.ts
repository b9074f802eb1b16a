/** From options to what is to be done, in order. Pure, so that every command line can be tested as a row of a table. */
import { LOG_LEVELS, type LogLevel } from "@gateway-engine/core/logger";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { optionTitle, type ParsedOptions } from "./arguments.ts";
import { type ConfigurationChange, changesFrom, isEmpty } from "./configuration-change.ts";
import type { OptionName } from "./options.ts";

export type PrintedThing = "version" | "path" | "engineConf" | "gatewayCfg" | "gatewayCik";

export type Action =
  | { readonly kind: "configure"; readonly change: ConfigurationChange }
  | { readonly kind: "print"; readonly what: PrintedThing }
  | { readonly kind: "mac-address"; readonly iface: string }
  | { readonly kind: "check-buildfile"; readonly file: string }
  | { readonly kind: "check-tarball"; readonly file: string }
  | { readonly kind: "build-app"; readonly buildfile: string }
  | { readonly kind: "build-folder"; readonly name: string; readonly version: string }
  | { readonly kind: "install"; readonly packages: readonly string[] }
  | { readonly kind: "run"; readonly once: boolean }
  /** An option whose work belongs to a later release. */
  | { readonly kind: "not-yet"; readonly feature: string; readonly instead: string };

export interface Plan {
  readonly actions: readonly Action[];
  /** The level of this invocation, when it was given. */
  readonly debugLevel: LogLevel | undefined;
}

/**
 * Configuration comes first, so that everything after it works with the new values; then what is printed, checked,
 * built and installed; and only a command line that asks for none of these, or for `--once`, runs the engine.
 *
 * @returns the plan, or the usage error in argparse's words
 */
export function planActions(options: ParsedOptions): Result<Plan, string> {
  const misplaced = folderOptionsProblem(options);
  if (misplaced !== undefined) return fail(misplaced);
  const work = plannedWork(options);
  const change = changesFrom(options, { persistLevel: work.every(isOnlyPrinted) });
  if (!change.ok) return change;
  const debugLevel = LOG_LEVELS.find((level) => level === options.get("debugLevel")?.[0]);
  const configures = !isEmpty(change.value.gateway) || !isEmpty(change.value.engine);
  const actions: readonly Action[] = [
    ...(configures ? [{ kind: "configure", change: change.value } as const] : []),
    ...work.filter((action) => !(configures && isEcho(action, change.value))),
  ];
  return ok({ actions: actions.length === 0 ? [{ kind: "run", once: false }] : actions, debugLevel });
}

function plannedWork(options: ParsedOptions): readonly Action[] {
  const given = <Item>(name: OptionName, make: (value: string) => Item): readonly Item[] => {
    const values = options.get(name);
    return values === undefined ? [] : [make(values[0] ?? "")];
  };
  const packages = options.get("installApps");
  return [
    ...PRINTED.flatMap((what) => given(what, (): Action => ({ kind: "print", what }))),
    ...given("macAddress", (iface): Action => ({ kind: "mac-address", iface })),
    ...given("createBuildfile", (): Action => NOT_YET.createBuildfile),
    ...given("downloadLatest", (): Action => NOT_YET.downloadLatest),
    ...given("checkBuildfile", (file): Action => ({ kind: "check-buildfile", file })),
    ...given("checkTarball", (file): Action => ({ kind: "check-tarball", file })),
    ...given("buildApp", (buildfile): Action => ({ kind: "build-app", buildfile })),
    ...given("buildAppTarball", (): Action => buildFolder(options)),
    ...(packages === undefined ? [] : [{ kind: "install", packages } as const]),
    ...given("once", (): Action => ({ kind: "run", once: true })),
  ];
}

function buildFolder(options: ParsedOptions): Action {
  const [name = ""] = options.get("appName") ?? [];
  const [version = ""] = options.get("appVersion") ?? [];
  return { kind: "build-folder", name, version };
}

function folderOptionsProblem(options: ParsedOptions): string | undefined {
  const companions = ["appName", "appVersion"] as const;
  if (options.has("buildAppTarball")) {
    const missing = companions.find((name) => !options.has(name));
    return missing && `argument ${optionTitle("buildAppTarball")}: needs argument ${optionTitle(missing)}`;
  }
  const stray = companions.find((name) => options.has(name));
  return stray && `argument ${optionTitle(stray)}: only allowed with argument ${optionTitle("buildAppTarball")}`;
}

function isOnlyPrinted({ kind }: Action): boolean {
  return kind === "print" || kind === "mac-address";
}

/** A change echoes the file it is made in; asking for the same file as well does not print it twice. */
function isEcho(action: Action, change: ConfigurationChange): boolean {
  if (action.kind !== "print") return false;
  if (action.what === "gatewayCfg") return !isEmpty(change.gateway);
  return action.what === "engineConf" && !isEmpty(change.engine);
}

const PRINTED: readonly PrintedThing[] = ["version", "path", "engineConf", "gatewayCfg", "gatewayCik"];

const NOT_YET = {
  createBuildfile: {
    kind: "not-yet",
    feature: "--create-buildfile",
    instead:
      "write the file by hand, its keys are in docs/reference/application-package.md, and check it with gwe --check-buildfile",
  },
  downloadLatest: {
    kind: "not-yet",
    feature: "--download-latest",
    instead: "copy a release package to this machine and run its install.sh",
  },
} as const satisfies Record<string, Action>;
