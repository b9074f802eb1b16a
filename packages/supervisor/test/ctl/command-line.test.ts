import { describe, expect, test } from "vitest";
import { parseCtlArguments } from "../../src/ctl/arguments.ts";
import { findConfiguration } from "../../src/ctl/configuration.ts";

describe("parseCtlArguments", () => {
  test.each([
    { argv: ["status", "-c", "x"], expected: { action: ["status", "-c", "x"], configuration: undefined } },
    {
      argv: ["-c", "f", "-s", "unix:///s", "-uU", "-p", "", "tail", "-f", "x"],
      expected: {
        configuration: "f",
        serverUrl: "unix:///s",
        username: "U",
        password: "",
        action: ["tail", "-f", "x"],
      },
    },
    {
      argv: ["--configuration=f", "--serverurl", "http://h:1", "pid"],
      expected: { configuration: "f", serverUrl: "http://h:1", action: ["pid"] },
    },
    { argv: ["--conf", "f"], expected: { configuration: "f" } },
    { argv: ["-iv"], expected: { interactive: true, version: true } },
    { argv: ["-?"], expected: { help: true } },
    { argv: ["--", "-x"], expected: { action: ["-x"] } },
  ])("$argv", ({ argv, expected }) => {
    expect(parseCtlArguments(argv)).toMatchObject({ ok: true, value: expected });
  });

  test.each([
    { argv: ["-z"], problem: "option -z not recognized" },
    { argv: ["-s"], problem: "option -s requires argument" },
    { argv: ["--nosuch"], problem: "option --nosuch not recognized" },
    { argv: ["--help=x"], problem: "option --help must not have an argument" },
    { argv: ["-c", "a", "-c", "b"], problem: "conflicting command line option '-c'" },
    { argv: ["-s", "x"], problem: "invalid value for -s 'x': value 'x' is not a URL" },
  ])("$argv: $problem", ({ argv, problem }) => {
    expect(parseCtlArguments(argv)).toEqual({ ok: false, problem });
  });
});

describe("findConfiguration", () => {
  const files: Record<string, string> = {
    "/work/supervisord.conf": "[supervisorctl]\nserverurl=http://h:1",
    "/demo/s.conf":
      "[supervisorctl]\nserverurl=unix://%(here)s/s.sock ; note\nusername=%(ENV_USER)s\npassword=p\nhistory_file=~/h\nprompt=demo",
    "/demo/none.conf": "[supervisord]",
    "/demo/bad.conf": "[supervisorctl]\nserverurl=%(nope)s",
  };

  const find = (
    argv: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    workingDirectory = "/nowhere",
  ) => {
    const given = parseCtlArguments(argv);
    if (!given.ok) throw new Error(given.problem);
    const readText = (path: string) => Promise.resolve(files[path]);
    return findConfiguration(given.value, {
      files: { readText },
      environment: { USER: "me", HOME: "/home/me", ...environment },
      workingDirectory,
    });
  };

  test.each([
    {
      name: "nothing: the original's default",
      argv: [],
      expected: { serverUrl: "http://localhost:9001", prompt: "supervisor" },
    },
    {
      name: "under GWE_ROOT: the gateway's socket",
      argv: [],
      environment: { GWE_ROOT: "/root/gw" },
      expected: { serverUrl: "unix:///root/gw/run/supervisord.sock" },
    },
    {
      name: "a file in the working directory",
      argv: [],
      workingDirectory: "/work",
      expected: { serverUrl: "http://h:1" },
    },
    {
      name: "a file that is named",
      argv: ["-c", "/demo/s.conf"],
      expected: {
        serverUrl: "unix:///demo/s.sock",
        username: "me",
        password: "p",
        historyFile: "/home/me/h",
        prompt: "demo",
      },
    },
    {
      name: "the command line over the file",
      argv: ["-c", "/demo/s.conf", "-s", "http://x:2", "-u", "u"],
      expected: { serverUrl: "http://x:2", username: "u", password: "p" },
    },
  ])("$name", async ({ argv, environment, workingDirectory, expected }) => {
    expect(await find(argv, environment, workingDirectory)).toMatchObject({ ok: true, value: expected });
  });

  test.each([
    { argv: ["-c", "gone.conf"], problem: "could not find config file gone.conf" },
    { argv: ["-c", "/demo/none.conf"], problem: ".ini file does not include supervisorctl section" },
    {
      argv: ["-c", "/demo/bad.conf"],
      problem: expect.stringContaining("'supervisorctl.serverurl' contains names ('nope')"),
    },
  ])("$argv is refused", async ({ argv, problem }) => {
    expect(await find(argv)).toEqual({ ok: false, problem });
  });
});
