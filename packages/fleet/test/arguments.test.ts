import { describe, expect, test } from "vitest";
import { parseArguments } from "../src/arguments.ts";

const parse = (...args: string[]) => parseArguments(args, "/work");

test("the data folder is all that is needed", () => {
  expect(parse("--data", "d")).toEqual({
    ok: true,
    value: {
      kind: "serve",
      options: {
        dataFolder: "/work/d",
        host: "127.0.0.1",
        port: 8080,
        keepHistoryMs: 90 * 86_400_000,
        contentLimit: 512 * 1024 ** 2,
      },
    },
  });
});

test.each([
  ["0.0.0.0:0", "0.0.0.0", 0],
  ["localhost:65535", "localhost", 65_535],
  ["[::1]:8080", "::1", 8080],
])("--listen %s is host %s and port %i", (listen, host, port) => {
  expect(parse("--data", "/d", "--listen", listen)).toMatchObject({ value: { options: { host, port } } });
});

describe("a command line that is refused says what is wrong", () => {
  test.each([
    [[], "--data DIR is missing"],
    [["--data", "d", "--listen", "8080"], "must be HOST:PORT"],
    [["--data", "d", "--listen", "h:70000"], "must be HOST:PORT"],
    [["--data", "d", "--keep-history", "0"], "--keep-history must be days"],
    [["--data", "d", "--max-content", "big"], "--max-content must be a size"],
    [["--data", "d", "--what"], "--what"],
    [["--data", "d", "more"], "more"],
  ])("%j", (args, problem) => {
    expect(parse(...args)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  });
});

test("help and version come first", () => {
  expect(parse("-h")).toEqual({ ok: true, value: { kind: "help" } });
  expect(parse("-v", "--data", "d")).toEqual({ ok: true, value: { kind: "version" } });
});
