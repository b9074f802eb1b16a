/** What the end of a run means, and supervisord's words for it. */
import type { ChildExit } from "@gateway-engine/core/children";
import type { ProcessConfig } from "../config/model.ts";
import type { ProcessEffect } from "./step.ts";

export interface EndedRun {
  /** -1 when a signal ended it, or when nobody can know. */
  readonly status: number;
  readonly expected: boolean;
  readonly how: string;
  readonly exited: ProcessEffect;
  readonly stopped: ProcessEffect;
}

export function describeRun(exit: ChildExit, config: ProcessConfig): EndedRun {
  const status = exit.kind === "status" ? exit.status : -1;
  const expected = exit.kind === "status" && config.exitcodes.includes(status);
  const how = describeExit(exit);
  const level = expected ? "INFO" : "WARN";
  const verdict = expected ? "expected" : "not expected";
  return {
    status,
    expected,
    how,
    exited: { kind: "log", level, message: `exited: ${config.name} (${how}; ${verdict})` },
    stopped: { kind: "log", level, message: `stopped: ${config.name} (${how})` },
  };
}

/** Such as `exit status 1` or `terminated by SIGKILL`. */
export function describeExit(exit: ChildExit): string {
  switch (exit.kind) {
    case "status":
      return `exit status ${exit.status}`;
    case "signal":
      return `terminated by ${exit.signal}${exit.because === undefined ? "" : ` (${exit.because})`}`;
    case "unseen":
      return "exit status -1, adopted";
  }
}
