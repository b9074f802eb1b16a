/**
 * The section `[traffic]` of Engine.config: what is counted besides what is counted always.
 *
 * @see docs/reference/queue-traffic.md
 */
import type { IniDocument, IniProblem } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { onOrOff, SectionOptions } from "./section-options.ts";

export interface TrafficConfig {
  /** Whether the sockets of applications are looked at once a minute. */
  readonly sockets: boolean;
}

export function parseTrafficConfig(document: IniDocument): Result<TrafficConfig, IniProblem> {
  const options = new SectionOptions(document, "traffic");
  const sockets = options.read("sockets", { fallback: false, parse: onOrOff, want: "on or off" });
  return options.problem === undefined ? ok({ sockets }) : fail(options.problem);
}
