import { expect, test } from "vitest";
import { parseEngineConfig } from "../src/engine-config.ts";

test.each([
  ["", false],
  ["[traffic]\n", false],
  ["[traffic]\nsockets = off\n", false],
  ["[traffic]\nsockets = on\n", true],
])("%j: sockets are watched: %j", (text, sockets) => {
  expect(parseEngineConfig(text)).toMatchObject({ ok: true, value: { traffic: { sockets } } });
});

test("what is neither on nor off is named with its line", () => {
  expect(parseEngineConfig("[traffic]\nsockets = maybe\n")).toEqual({
    ok: false,
    problem: { line: 2, problem: 'sockets is "maybe", but must be on or off' },
  });
});
