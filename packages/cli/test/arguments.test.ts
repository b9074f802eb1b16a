import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseArguments, quote } from "../src/arguments.ts";
import { OPTIONS } from "../src/options.ts";

function parsed(args: readonly string[]): unknown {
  const result = parseArguments(args);
  return result.ok ? Object.fromEntries(result.value) : result.problem;
}

describe("options are read as argparse reads them", () => {
  test.each<[string[], Record<string, string[]>]>([
    [[], {}],
    [["-v"], { version: [] }],
    [["-vp"], { version: [], path: [] }],
    [["-voc", "x"], { version: [], once: [], cik: ["x"] }],
    [["-vcx"], { version: [], cik: ["x"] }],
    [["-dDEBUG"], { debugLevel: ["DEBUG"] }],
    [["-d=DEBUG"], { debugLevel: ["DEBUG"] }],
    [["--set-debug-level=DEBUG"], { debugLevel: ["DEBUG"] }],
    [["--set-debug-level", "DEBUG"], { debugLevel: ["DEBUG"] }],
    [["--set-d", "DEBUG"], { debugLevel: ["DEBUG"] }],
    [["--set-m=a=b"], { model: ["a=b"] }],
    [["--vers"], { version: [] }],
    [["-P", "pid", "-i", "eth0"], { productId: ["pid"], iface: ["eth0"] }],
    [["--product-id", "pid", "--set-iface", "eth0"], { productId: ["pid"], iface: ["eth0"] }],
    [["-I", "a", "b", "c"], { installApps: ["a", "b", "c"] }],
    [["-I", "a", "b", "-d", "DEBUG"], { installApps: ["a", "b"], debugLevel: ["DEBUG"] }],
    [["-I", "a", "-I", "b"], { installApps: ["b"] }],
    [["--check-tarfile", "a"], { checkTarball: ["a"] }],
    [["--check-tar", "a"], { checkTarball: ["a"] }],
    [["--build-app", "a.json"], { buildApp: ["a.json"] }],
    [["--set-uuid", "''"], { uuid: ["''"] }],
    [["--set-uuid", ""], { uuid: [""] }],
    [["--set-uuid="], { uuid: [""] }],
    [["-t", "-5"], { updateInterval: ["-5"] }],
    [["-u", "-Q b"], { uuid: ["-Q b"] }],
    [["-u", "-"], { uuid: ["-"] }],
    [["-h", "--nonsense"], { help: [] }],
    [["-vh"], { version: [], help: [] }],
    [["-a", "a", "-a", "b"], { userAgent: ["b"] }],
  ])("%j", (args, expected) => {
    expect(parsed(args)).toEqual(expected);
  });
});

describe("errors are in argparse's words", () => {
  test.each<[string[], string]>([
    [["--x"], "unrecognized arguments: --x"],
    [["--x", "5", "-v", "y"], "unrecognized arguments: --x 5 y"],
    [["-v", "stray"], "unrecognized arguments: stray"],
    [["-c"], "argument -c/--set-cik: expected one argument"],
    [["-c", "-v"], "argument -c/--set-cik: expected one argument"],
    [["-I"], "argument -I/--install-apps: expected at least one argument"],
    [["--set-u", "x"], "ambiguous option: --set-u could match --set-uuid, --set-update-interval, --set-user-agent"],
    [
      ["-d", "LOUD"],
      "argument -d/--set-debug-level: invalid choice: 'LOUD' (choose from 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL')",
    ],
    [["--version=1"], "argument -v/--version: ignored explicit argument '1'"],
    [["-vX"], "argument -v/--version: ignored explicit argument 'X'"],
    [["--", "-v"], "unrecognized arguments: -- -v"],
    [["-Ia", "b"], "unrecognized arguments: b"],
  ])("%j -> %s", (args, problem) => {
    expect(parsed(args)).toBe(problem);
  });
});

test("any argument list is read or refused with a sentence, and never throws", () => {
  const words = fc.oneof(fc.constantFrom(...OPTIONS.flatMap(({ flags }) => flags), "--", "-", "-5"), fc.string());
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), (args) => {
      const result = parseArguments(args);
      if (!result.ok) expect(result.problem).not.toBe("");
    }),
  );
});

test.each([
  ["a", "'a'"],
  ["it's", `"it's"`],
  [`it's "so"`, `'it\\'s "so"'`],
  ["a\nb\\", "'a\\nb\\\\'"],
  ["\u0007", "'\\x07'"],
])("%j is quoted as Python does", (text, expected) => {
  expect(quote(text)).toBe(expected);
});
