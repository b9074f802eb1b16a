/**
 * Where the two daemons may differ, the one place that says so: we do it otherwise on purpose.
 *
 * Each is a row of docs/reference/supervisor-differences.md. What the original does by luck is no
 * expectation of any case: they wait for what comes in the end, and allow for its turns of one second.
 */
import type { DaemonKind } from "./kinds.ts";

export const DIFFERENCES = [
  "a fault names a process as `group:name`, or `name` when its group is called the same",
  "what is no number is named in plain words",
  "`supervisord -v` prints Gateway Engine's version",
  "a signal that cannot be sent changes no state",
  "`clear` also empties the log of a stopped program",
  "`gateway.getDaemon` and `gateway.replaceDaemon` are there",
  "`gateway.getStartCounts` is there",
] as const;

export type Difference = (typeof DIFFERENCES)[number];

/** What is expected of this daemon, where a difference of that name is documented. */
export function byDesign<Value>(
  kind: DaemonKind,
  _difference: Difference,
  expected: { readonly ours: Value; readonly real: Value },
): Value {
  return expected[kind.name];
}
