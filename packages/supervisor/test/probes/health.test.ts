import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge, NO_CHECKS, nextBeat } from "../../src/probes/health.ts";

describe("a series of health checks", () => {
  const rules = { retries: 2, startPeriodMs: 1000 };
  const rows = [
    { what: "one failure is not enough", checks: "2000-", verdict: "well" },
    { what: "as many failures as allowed are too many", checks: "2000- 3000-", verdict: "unhealthy" },
    { what: "a success begins the count anew", checks: "2000- 3000+ 4000-", verdict: "well" },
    { what: "failures in the start period do not count", checks: "100- 200- 300- 2000-", verdict: "well" },
    { what: "after a success they count there too", checks: "100+ 200- 300-", verdict: "unhealthy" },
  ];
  test.each(rows)("$what: $checks", ({ checks, verdict }) => {
    let record = NO_CHECKS;
    let isUnhealthy = false;
    for (const check of checks.split(" ")) {
      ({ record, isUnhealthy } = judge(record, check.endsWith("+"), Number.parseInt(check, 10), rules));
    }
    expect(isUnhealthy ? "unhealthy" : "well").toBe(verdict);
  });
});

test("beats stay on the grid of the first, and none is in the past", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 100, max: 1e6 }), fc.nat({ max: 1e7 }), (last, interval, later) => {
      const beat = nextBeat(last, interval, last + later);
      expect((beat - last) % interval).toBe(0);
      expect(beat).toBeGreaterThan(last);
      expect(beat).toBeGreaterThanOrEqual(last + later);
      expect(beat - (last + later)).toBeLessThanOrEqual(interval);
    }),
  );
});
