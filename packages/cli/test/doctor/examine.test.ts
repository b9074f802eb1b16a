import { expect, test } from "vitest";
import type { Check, CheckContext, Finding } from "../../src/doctor/check.ts";
import { examine, exitStatusOf } from "../../src/doctor/examine.ts";
import { findingLine } from "../../src/doctor/show.ts";
import { paintFor } from "../../src/paint.ts";

const { signal } = new AbortController();

function examined(...checks: readonly Check[]): Promise<readonly Finding[]> {
  return examine({
    checks: checks.map((check, index) => ({ name: `c${index}`, load: () => Promise.resolve(check) })),
    // These checks look at nothing.
    context: {} as CheckContext,
    limitMs: 50,
    signal,
    onFinding: () => {},
  });
}

test("a check that hangs, and one that fails, are findings; the others go on", async () => {
  const findings = await examined(
    () => new Promise(() => {}),
    () => Promise.reject(new Error("no such thing")),
    () => Promise.resolve([{ level: "ok", text: "well" }]),
  );
  expect(findings.map(({ check, level }) => `${check} ${level}`)).toEqual(["c0 fail", "c1 fail", "c2 ok"]);
  expect(findings[0]?.text).toBe("no result after 0.05 seconds");
  expect(findings[1]?.text).toContain("no such thing");
});

test("the exit status is that of the worst finding", () => {
  expect(exitStatusOf([])).toBe(0);
  expect(exitStatusOf([{ level: "ok" }, { level: "warn" }])).toBe(1);
  expect(exitStatusOf([{ level: "fail" }, { level: "ok" }])).toBe(2);
});

test("a finding is one line with what to do", () => {
  const finding = { check: "disk", level: "warn", text: "little room", mend: "make some" } as const;
  expect(findingLine(finding, paintFor({}, {}))).toBe("[WARN] disk           little room; make some\n");
});
