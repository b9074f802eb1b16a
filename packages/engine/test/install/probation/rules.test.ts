import { NO_MANIFEST } from "@gateway-engine/artifact/app-manifest";
import { expect, test } from "vitest";
import { isRestarted, programRules } from "../../../src/install/probation/program-rules.ts";
import { probationRules } from "../../../src/install/probation/rules.ts";

test("what a program's file leaves out is as the supervisor takes it", () => {
  const defaults = { autostart: true, autorestart: "unexpected", exitCodes: [0], startSeconds: 1 };
  expect(programRules("[program:app]\ncommand = x\n")).toEqual(defaults);
  expect(programRules("not a file of the supervisor")).toEqual(defaults);
});

test("a program's file is read with the supervisor's comments and its words for yes and no", () => {
  const conf = "[program:app]\nautostart = No ; later\nautorestart = TRUE\nexitcodes = 0, 2 # both\nstartsecs=10\n";
  expect(programRules(conf)).toEqual({ autostart: false, autorestart: "always", exitCodes: [0, 2], startSeconds: 10 });
});

test.each([
  ["unexpected", 0, false],
  ["unexpected", 1, true],
  ["unexpected", -1, true],
  ["always", 0, true],
  ["never", 1, false],
] as const)("autorestart %s after exit status %i: %s", (autorestart, status, restarted) => {
  const rules = { autostart: true, autorestart, exitCodes: [0], startSeconds: 1 };
  expect(isRestarted(rules, status)).toBe(restarted);
});

const HEALTH = { command: ["x"], http: undefined, tcp: undefined, interval: 5, timeout: 5 };

test.each([
  ["the gateway's time counts", {}, true, { requiredMs: 60_000, limitMs: 421_000 }],
  ["the package's time goes before it", { probation: 5 }, true, { requiredMs: 5000 }],
  ["a package without a program is trusted at once", {}, false, { requiredMs: 0, program: undefined }],
  ["three rounds of health checks fit in", { probation: 5, health: HEALTH }, true, { healthWithinMs: 30_000 }],
  ["or as many as the probation is long", { health: HEALTH }, true, { healthWithinMs: 60_000, needsHealth: true }],
])("%s", (_title, keys, hasProgram, rules) => {
  const terms = { release: { hasProgram }, manifest: { ...NO_MANIFEST, ...keys }, conf: "[program:app]\n" };
  expect(probationRules(terms, 60)).toMatchObject(rules);
});
