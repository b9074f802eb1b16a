import { describe, expect, test } from "vitest";
import { parseArguments } from "../src/arguments.ts";
import { type Action, planActions } from "../src/plan.ts";

function plan(commandLine: string | readonly string[]) {
  const args = typeof commandLine === "string" ? commandLine.split(" ").filter((word) => word !== "") : commandLine;
  const parsed = parseArguments(args);
  if (!parsed.ok) throw new Error(parsed.problem);
  return planActions(parsed.value);
}

function actions(commandLine: string | readonly string[]): readonly Action[] | string {
  const planned = plan(commandLine);
  return planned.ok ? planned.value.actions : planned.problem;
}

const nothing = { gateway: {}, engine: {} };

describe("what a command line does", () => {
  test.each<[string, readonly Action[]]>([
    ["", [{ kind: "run", once: false }]],
    ["-o", [{ kind: "run", once: true }]],
    ["-o -d DEBUG", [{ kind: "run", once: true }]],
    ["-v", [{ kind: "print", what: "version" }]],
    [
      "-Cpv",
      [
        { kind: "print", what: "version" },
        { kind: "print", what: "path" },
        { kind: "print", what: "gatewayCik" },
      ],
    ],
    ["-I a.v1.tar.gz b.v1.tar.gz -d DEBUG", [{ kind: "install", packages: ["a.v1.tar.gz", "b.v1.tar.gz"] }]],
    ["--mac-address eth0", [{ kind: "mac-address", iface: "eth0" }]],
    [
      "-w f.json -z a.v1.tar.gz",
      [
        { kind: "check-buildfile", file: "f.json" },
        { kind: "check-tarball", file: "a.v1.tar.gz" },
      ],
    ],
    ["--build-app f.json", [{ kind: "build-app", buildfile: "f.json" }]],
    ["-y -n app -s 3", [{ kind: "build-folder", name: "app", version: "3" }]],
    ["-P pid", [{ kind: "configure", change: { ...nothing, gateway: { model: "pid", vendor: "pid" } } }]],
    ["-P pid -m own", [{ kind: "configure", change: { ...nothing, gateway: { model: "own", vendor: "pid" } } }]],
    ["-u '' -a ''", [{ kind: "configure", change: { gateway: { uuid: "" }, engine: { user_agent: "" } } }]],
    [
      "-t '' -l ''",
      [
        {
          kind: "configure",
          change: { gateway: { activation_retry_interval: "300" }, engine: { update_interval: "14400" } },
        },
      ],
    ],
    ["-t 1.0", [{ kind: "configure", change: { ...nothing, engine: { update_interval: "1.0" } } }]],
    ["-d DEBUG", [{ kind: "configure", change: { ...nothing, engine: { debug_level: "DEBUG" } } }]],
    [
      "--mac-address eth0 -d DEBUG",
      [
        { kind: "configure", change: { ...nothing, engine: { debug_level: "DEBUG" } } },
        { kind: "mac-address", iface: "eth0" },
      ],
    ],
    ["--server http://h:1", [{ kind: "configure", change: { ...nothing, engine: { server: "http://h:1" } } }]],
    ["-i eth0 -g", [{ kind: "configure", change: { ...nothing, gateway: { iface: "eth0" } } }]],
    [
      "-i eth0 -e",
      [
        { kind: "configure", change: { ...nothing, gateway: { iface: "eth0" } } },
        { kind: "print", what: "engineConf" },
      ],
    ],
    [
      "-P p -o",
      [
        { kind: "configure", change: { ...nothing, gateway: { model: "p", vendor: "p" } } },
        { kind: "run", once: true },
      ],
    ],
  ])("gwe %s", (commandLine, expected) => {
    expect(actions(commandLine)).toEqual(expected);
  });
});

test("the level of an invocation is known to every action of it", () => {
  expect(plan("-I a.v1.tar.gz -d DEBUG")).toMatchObject({ ok: true, value: { debugLevel: "DEBUG" } });
});

describe("values that cannot be", () => {
  test.each<[readonly string[], string]>([
    [["-t", "soon"], "argument -t/--set-update-interval: invalid float value: 'soon'"],
    [["-t", "0x10"], "argument -t/--set-update-interval: invalid float value: '0x10'"],
    [["-t", "inf"], "argument -t/--set-update-interval: invalid float value: 'inf'"],
    [["-t", "0"], "argument -t/--set-update-interval: invalid value: '0' (must be a number of seconds above 0)"],
    [["-t", "-1"], "argument -t/--set-update-interval: invalid value: '-1' (must be a number of seconds above 0)"],
    [
      ["-t", "1e999"],
      "argument -t/--set-update-interval: invalid value: '1e999' (must be a number of seconds above 0)",
    ],
    [["-l", "x"], "argument -l/--set-act-retry-interval: invalid float value: 'x'"],
    [
      ["-u", "a\nuuid = b"],
      "argument -u/--set-uuid: invalid value: 'a\\nuuid = b' (control characters are not allowed)",
    ],
    [["-c", "\u0000"], "argument -c/--set-cik: invalid value: '\\x00' (control characters are not allowed)"],
    [
      ["--server", "fleet"],
      "argument --server: invalid value: 'fleet' (must be an address such as https://fleet.example.com)",
    ],
    [["-y", "-n", "app"], "argument -y/--build-app-tarball: needs argument -s/--app-version"],
    [["-n", "app"], "argument -n/--app-name: only allowed with argument -y/--build-app-tarball"],
  ])("%j", (args, problem) => {
    expect(actions(args)).toBe(problem);
  });
});
