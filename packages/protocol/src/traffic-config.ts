/**
 * The section `[traffic]` of Engine.config: what is counted besides what is counted always.
 *
 * @see docs/reference/queue-traffic.md
 */
import type { IniDocument, IniProblem } from "@gateway-engine/core/ini";
import { fail, ok, type Result } from "@gateway-engine/core/result";

export interface TrafficConfig {
  /** Whether the sockets of applications are looked at once a minute. */
  readonly sockets: boolean;
}

export function parseTrafficConfig(document: IniDocument): Result<TrafficConfig, IniProblem> {
  const entry = document.get("traffic")?.entries.get("sockets");
  if (entry === undefined || entry.value === "off") return ok({ sockets: false });
  if (entry.value === "on") return ok({ sockets: true });
  return fail({ line: entry.line, problem: `sockets is "${entry.value}", but must be on or off` });
}
