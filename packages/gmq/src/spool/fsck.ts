/**
 * Whether the queue's tables agree with each other, and making them agree again. No message is removed by that: where it is
 * in doubt whether an upstream has one, it is sent again.
 *
 * @see docs/reference/gmq-storage.md#what-always-holds
 */
import { StorageError } from "@gateway-engine/core/errors";
import type { SqlDatabase } from "@gateway-engine/core/sql";
import type { Check } from "./fsck/check.ts";
import { COUNTERS } from "./fsck/counters.ts";
import { OWNERS } from "./fsck/owners.ts";
import { VALUES } from "./fsck/values.ts";

/** In an order in which each may rely on those before it. */
const CHECKS: readonly Check[] = [...VALUES, ...OWNERS, ...COUNTERS];

/** @returns what is wrong, a sentence each; after it is repaired, more may come to light */
export function findFaults(database: SqlDatabase): readonly string[] {
  return CHECKS.flatMap(({ find, describe }) => database.all(find).map(describe));
}

/** @returns what was wrong */
export function repairFaults(database: SqlDatabase): readonly string[] {
  return database.transaction(() => {
    const problems: string[] = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = problems.length;
      for (const { find, describe, repair } of CHECKS) {
        for (const row of database.all(find)) {
          problems.push(describe(row));
          repair(database, row);
        }
      }
      if (problems.length === before) return problems;
    }
    throw new StorageError("E_DATABASE", { file: "the queue", reason: `faults remain: ${problems.at(-1) ?? ""}` });
  });
}

/** One for what is wrong, one to see that nothing is; the others for what no one has thought of. */
const MAX_ROUNDS = 5;
