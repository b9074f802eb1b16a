import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "../../src/gdc/command-line.ts";
import { httpServer, mqttServer, pickAddress } from "../../src/gdc/target.ts";

describe("the command line", () => {
  test.each([
    [[], "help"],
    [["-h"], "help"],
    [["--help", "http"], "help"],
    [["-v"], "version"],
    [["--version"], "version"],
    [["-p"], "path"],
    [["-b"], "build"],
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
    [["-t", "soon", "http"], /-t takes seconds, .* not "soon"/],
    [["-t", "-5", "http"], /-t takes seconds, .* not "-5"/],
    [["--disconnect-after", "0", "mqtt"], /--disconnect-after takes seconds/],
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
  const nothing = { host: undefined, environment: undefined, configured: "", vendor: "" };
  test.each([
    [{ host: "h.example", environment: "http://e" }, "h.example"],
    [{ environment: "http://e:1/", configured: "http://c", vendor: "v" }, "http://e:1"],
    [{ configured: "mqtt://c/", vendor: "v" }, "mqtt://c"],
    [{ vendor: "v" }, "https://v.m2.exosite.io"],
  ])("of %j is %s", (sources, expected) => {
    expect(pickAddress({ ...nothing, ...sources })).toBe(expected);
  });

  test("is asked for when nothing says where it is", () => {
    expect(() => pickAddress(nothing)).toThrow(/say where the server is/);
  });

  test.each([
    ["h.example", undefined, "https://h.example", "mqtts://h.example:8883"],
    ["h.example", 8443, "https://h.example:8443", "mqtts://h.example:8443"],
    ["http://127.0.0.1:1", 8080, "http://127.0.0.1:8080", "mqtts://127.0.0.1:8080"],
    ["http://127.0.0.1:8080", undefined, "http://127.0.0.1:8080", "mqtts://127.0.0.1:8883"],
    ["mqtt://v.m2.exosite.io", undefined, "https://v.m2.exosite.io", "mqtts://v.m2.exosite.io:8883"],
    ["mqtt://127.0.0.1:1883", undefined, "https://127.0.0.1", "mqtt://127.0.0.1:1883"],
  ])("at %s, port %s, is %s for HTTP and %s for MQTT", (address, port, http, mqtt) => {
    expect(httpServer({ address, port })).toBe(http);
    expect(mqttServer({ address, port }).url).toBe(mqtt);
  });

  test.each(["ftp://h.example", "http://", "a b"])("is not %j", (address) => {
    expect(() => httpServer({ address, port: undefined })).toThrow(/is not the address of a server/);
    expect(() => mqttServer({ address, port: undefined })).toThrow(/is not the address of an MQTT server/);
  });
});
