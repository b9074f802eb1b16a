import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AlertState, nextAlert, QUIET, type Threshold } from "../../src/alerts/alert-state.ts";

const disk: Threshold = { limit: 90, clear: 85, worse: "higher", holdMs: 60_000 };
const certificate: Threshold = { limit: 14, clear: 15, worse: "lower", holdMs: 0 };
const over = (since: number): AlertState => ({ kind: "over", since });
const settling = (since: number): AlertState => ({ kind: "settling", since });
const raised: AlertState = { kind: "raised" };

describe("a disk, at 90 for a minute", () => {
  test.each([
    [QUIET, 89.9, 0, QUIET, undefined],
    [QUIET, 90, 0, over(0), undefined],
    [over(0), 95, 59_999, over(0), undefined],
    [over(0), 95, 60_000, raised, "raise"],
    [over(0), 89, 60_000, QUIET, undefined],
    [raised, 100, 1, raised, undefined],
    [raised, 86, 1, raised, undefined],
    [raised, 85, 1, settling(1), undefined],
    [settling(1), 85, 60_000, settling(1), undefined],
    [settling(1), 10, 60_001, QUIET, "clear"],
    [settling(1), 86, 60_001, raised, undefined],
  ] as const)("%j, measured %d at %d ms -> %j %s", (state, value, at, expected, effect) => {
    expect(nextAlert(state, { value, at }, disk)).toEqual(
      effect === undefined ? { state: expected } : { state: expected, effect },
    );
  });
});

describe("a certificate, at 14 days at once", () => {
  test.each([
    [QUIET, 14.1, QUIET, undefined],
    [QUIET, 14, raised, "raise"],
    [raised, 14.9, raised, undefined],
    [raised, 365, QUIET, "clear"],
  ] as const)("%j, measured %d -> %j %s", (state, value, expected, effect) => {
    expect(nextAlert(state, { value, at: 0 }, certificate)).toMatchObject({
      state: expected,
      ...(effect && { effect }),
    });
  });
});

/** What is told over a series of values, each `stepMs` after the one before. */
function told(values: readonly number[], threshold: Threshold, stepMs: number): readonly string[] {
  let state = QUIET;
  return values.flatMap((value, index) => {
    const transition = nextAlert(state, { value, at: index * stepMs }, threshold);
    state = transition.state;
    return transition.effect ?? [];
  });
}

const thresholds = fc.record({
  limit: fc.constant(90),
  clear: fc.integer({ min: 50, max: 89 }),
  worse: fc.constant("higher" as const),
  holdMs: fc.integer({ min: 0, max: 5000 }),
});
const values = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 60 });

describe("whatever the values are", () => {
  test("raises and clears take turns, and a raise comes first", () => {
    fc.assert(
      fc.property(values, thresholds, (series, threshold) => {
        const effects = told(series, threshold, 1000);
        expect(effects).toEqual(effects.map((_, index) => (index % 2 === 0 ? "raise" : "clear")));
      }),
    );
  });

  test("one that swings between the limit and the level that clears raises once", () => {
    const swinging = fc.array(fc.integer({ min: 86, max: 100 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(swinging, (series) => {
        expect(told([95, ...series, 95], { ...disk, holdMs: 0 }, 1000)).toEqual(["raise"]);
      }),
    );
  });

  test("nothing is raised that was not over the limit for as long as it has to be", () => {
    fc.assert(
      fc.property(values, thresholds, (series, threshold) => {
        let overSince: number | undefined;
        let state = QUIET;
        for (const [index, value] of series.entries()) {
          const at = index * 1000;
          overSince = value >= threshold.limit ? (overSince ?? at) : undefined;
          const transition = nextAlert(state, { value, at }, threshold);
          state = transition.state;
          if (transition.effect === "raise") {
            expect(overSince).toBeDefined();
            expect(at - (overSince ?? at)).toBeGreaterThanOrEqual(threshold.holdMs);
          }
        }
      }),
    );
  });
});
