import { expect, test } from "vitest";
import { parseArguments } from "../../src/command/arguments.ts";

test.each([
  ["peek", { kind: "peek", setAside: false, device: undefined, limit: 10, json: false }],
  ["peek --set-aside --limit 3 --json", { kind: "peek", setAside: true, device: undefined, limit: 3, json: true }],
  ["export", { kind: "export", setAside: false, device: undefined, file: undefined, json: false }],
  ["export --device=x out", { kind: "export", setAside: false, device: "x", file: "out", json: false }],
  ["import in", { kind: "import", file: "in", json: false }],
  ["replay --all", { kind: "replay", ids: undefined, json: false }],
  ["replay 3 12 --json", { kind: "replay", ids: [3, 12], json: true }],
  ["drain", { kind: "drain", wait: false, timeoutMs: undefined, json: false }],
  ["drain --wait", { kind: "drain", wait: true, timeoutMs: undefined, json: false }],
  ["drain --timeout 1.5", { kind: "drain", wait: true, timeoutMs: 1500, json: false }],
  ["fsck --check", { kind: "fsck", checkOnly: true, json: false }],
])("%s is understood", (line, command) => {
  expect(parseArguments(line.split(" "))).toEqual({ ok: true, value: command });
});

test.each([
  ["peek --limit 0", /--limit must be a whole number above 0/],
  ["peek some", /peek takes no "some"/],
  ["peek --all", /gmq peek takes --set-aside, --device <value>, --limit <value>, --json/],
  ["export a b", /export takes no "b"/],
  ["replay", /takes --all, or the ids/],
  ["replay --all 3", /takes --all, or the ids/],
  ["replay x", /"x" is not an id/],
  ["drain --timeout 0", /--timeout must be a number of seconds above 0/],
  ["fsck now", /fsck takes no "now"/],
])("%s is refused", (line, problem) => {
  expect(parseArguments(line.split(" "))).toEqual({ ok: false, problem: expect.stringMatching(problem) });
});
