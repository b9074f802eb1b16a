import type { ErrorCode } from "@gateway-engine/core/error-codes";

export type CheckVerdict = "PASS" | "WARN" | "FAIL";

export type CheckRule =
  | "name"
  | "archive"
  | "structure"
  | "gwe.json"
  | "installer"
  | "x-bit"
  | "shebang"
  | "supervisor.conf"
  | "signature";

export interface CheckResult {
  readonly verdict: CheckVerdict;
  readonly rule: CheckRule;
  /** What was found and, unless it is a PASS, what to do. */
  readonly message: string;
  /** Of a failure that has a code of its own; without it, E_PACKAGE_CONTENT. */
  readonly code?: ErrorCode;
}

export function pass(rule: CheckRule, message: string): CheckResult {
  return { verdict: "PASS", rule, message };
}

export function warn(rule: CheckRule, message: string): CheckResult {
  return { verdict: "WARN", rule, message };
}

export function fail(rule: CheckRule, message: string): CheckResult {
  return { verdict: "FAIL", rule, message };
}
