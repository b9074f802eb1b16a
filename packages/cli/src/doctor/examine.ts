/** Carries out the checks, one after the other, each bounded in time. */
import { describeError } from "@gateway-engine/core/errors";
import {
  type Check,
  type CheckContext,
  type CheckEntry,
  type Finding,
  fail,
  type Level,
  type Verdict,
} from "./check.ts";

/** Longest time that one check may take, in milliseconds. */
export const CHECK_LIMIT_MS = 10_000;

export interface Examination {
  readonly checks: readonly CheckEntry[];
  readonly context: Omit<CheckContext, "signal">;
  readonly limitMs: number;
  /** Breaks all of it off. */
  readonly signal: AbortSignal;
  /** Told of each finding as it is made. */
  readonly onFinding: (finding: Finding) => void;
}

/** @throws what `signal` was aborted with */
export async function examine(examination: Examination): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, load } of examination.checks) {
    for (const verdict of await verdictsOf(await load(), examination)) {
      const finding = { check: name, ...verdict };
      findings.push(finding);
      examination.onFinding(finding);
    }
    examination.signal.throwIfAborted();
  }
  return findings;
}

async function verdictsOf(check: Check, { context, limitMs, signal }: Examination): Promise<readonly Verdict[]> {
  const limit = AbortSignal.timeout(limitMs);
  const late = new Promise<readonly Verdict[]>((resolve) => {
    const text = `no result after ${limitMs / 1000} seconds`;
    limit.addEventListener("abort", () => resolve([fail(text, "run gwe doctor again; if it stays, something hangs")]));
    signal.addEventListener("abort", () => resolve([]), { once: true });
  });
  return Promise.race([check({ ...context, signal: AbortSignal.any([limit, signal]) }).catch(asVerdict), late]);
}

/** A check that fails itself has found something, too. */
function asVerdict(error: unknown): readonly Verdict[] {
  return [fail(describeError(error), "see what the sentence says")];
}

/** 0: all is well; 1: something may go wrong; 2: something is wrong. */
export function exitStatusOf(findings: readonly Pick<Finding, "level">[]): number {
  return Math.max(0, ...findings.map(({ level }) => STATUS[level]));
}

const STATUS: Readonly<Record<Level, number>> = { ok: 0, warn: 1, fail: 2 };
