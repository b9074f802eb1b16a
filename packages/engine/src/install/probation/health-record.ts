/** What the rounds of a health check have come to so far. */
export interface HealthRecord {
  /** Rounds that failed since the last one that was well. */
  readonly failures: number;
  readonly hasSucceeded: boolean;
  /** Of the last round that failed. */
  readonly problem: string;
}

export const NOT_ASKED: HealthRecord = { failures: 0, hasSucceeded: false, problem: "it was not asked yet" };

/** @param problem of one more round; undefined when it was well */
export function withRound(record: HealthRecord, problem: string | undefined): HealthRecord {
  if (problem === undefined) return { ...record, failures: 0, hasSucceeded: true };
  return { ...record, failures: record.failures + 1, problem };
}
