import { expect, test } from "vitest";
import { ownPartProblem } from "../../src/actions/own-parts.ts";

test.each([
  ["uninstall", "gwe", "E_NOT_ALLOWED"],
  ["uninstall", "gmq", "E_NOT_ALLOWED"],
  ["uninstall", "supervisor", "E_NOT_ALLOWED"],
  ["stop", "gwe", "E_NOT_ALLOWED"],
  ["restart", "gwe", "E_NOT_ALLOWED"],
  ["restart", "gmq", undefined],
  ["stop", "gmq", undefined],
  ["start", "gwe", undefined],
  ["uninstall", "ticker", undefined],
] as const)("%s of %s: %s", (verb, app, code) => {
  expect(ownPartProblem(verb, app)?.code).toBe(code);
});
