import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../src/gdc/command-line.ts";
import { pickServer } from "../src/gdc/target.ts";

describe("the command line", () => {
  test.each([
    [[], "help"],
    [["-h"], "help"],
    [["--help", "http"], "help"],
    [["-v"], "version"],
    [["--version"], "version"],
    [["-p"], "path"],
  ])("%j asks for the %s", (args, kind) => {
    expect(parseCommandLine(args)).toEqual({ ok: true, value: { kind } });
  });

  test("options stand before, between or behind the words of the command", () => {
    const expected = {
      words: ["http", "write", "a", "-1.5"],
      options: { timeoutMs: 2500, port: 8080, logLevel: "DEBUG" },
    };
    for (const args of [
      ["-t", "2.5", "-P", "8080", "-d", "debug", "http", "write", "a", "-1.5"],
      ["http", "-t2.5", "--port=8080", "write", "a", "-1.5", "-d", "DEBUG"],
    ]) {
      expect(parseCommandLine(args)).toMatchObject({ ok: true, value: expected });
    }
  });

  test("what follows -- is a value, whatever it begins with", () => {
    expect(parseCommandLine(["http", "write", "a", "--", "-x"])).toMatchObject({
      value: { words: ["http", "write", "a", "-x"] },
    });
  });

  test.each([
    [["-t", "soon", "http"], /-t takes seconds, not "soon"/],
    [["-t", "-5", "http"], /-t takes seconds, not "-5"/],
    [["-P", "99999", "http"], /-P takes a port number/],
    [["-d", "LOUD", "http"], /-d takes one of DEBUG/],
    [["--nonsense"], /Unknown option '--nonsense'/],
    [["-f"], /argument missing/],
  ])("%j is refused with words that help", (args, words) => {
    const parsed = parseCommandLine(args);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.problem).toMatch(words);
  });

  test("no arguments make it throw", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("-f", "-t", "-P", "--", "http", "-1"))), (args) => {
        parseCommandLine(args);
      }),
    );
  });
});

describe("the server", () => {
  const nothing = { options: { host: undefined, port: undefined }, environment: undefined, configured: "", vendor: "" };
  test.each([
    [{ options: { host: "h.example", port: undefined } }, "https://h.example"],
    [{ options: { host: "h.example", port: 8443 } }, "https://h.example:8443"],
    [{ options: { host: "http://127.0.0.1:1", port: 8080 } }, "http://127.0.0.1:8080"],
    [{ options: { host: "h.example", port: undefined }, environment: "http://e" }, "https://h.example"],
    [{ environment: "http://e:1/", configured: "http://c", vendor: "v" }, "http://e:1"],
    [{ configured: "http://c", vendor: "v" }, "http://c"],
    [{ vendor: "v" }, "https://v.m2.exosite.io"],
  ])("of %j is %s", (sources, expected) => {
    expect(pickServer({ ...nothing, ...sources })).toBe(expected);
  });

  test("is asked for when nothing says where it is", () => {
    expect(() => pickServer(nothing)).toThrow(/say where the server is/);
  });
});
