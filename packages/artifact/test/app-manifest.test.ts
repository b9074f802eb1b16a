import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_MANIFEST, parseAppManifest } from "../src/app-manifest.ts";

const WHOLE = {
  probation: 60,
  health: {
    command: ["./check.sh"],
    http: "http://127.0.0.1:8080/health",
    tcp: "127.0.0.1:1883",
    interval: 5,
    timeout: 5,
  },
  needs_server: true,
  minimum_engine: "2.0.0",
  architectures: ["x64", "arm64"],
  depends: { other_app: "*", driver: ["1", "2"], lib: "7" },
  data: [{ path: "/var/lib/my_app", on_rollback: "snapshot" }, { path: "/srv/photos" }],
  user: "nobody",
  time_limit: 600,
  undo: "script",
  install: [
    { copy: "bin/tool", to: "/usr/local/bin/tool", mode: "0755", owner: "root:staff" },
    { folder: "/var/lib/my_app" },
    { link: "/usr/local/bin/t", to: "tool" },
    { run: ["./setup", "--quick"] },
  ],
  component: "gwe",
};

test("every key is read", () => {
  expect(parseAppManifest(JSON.stringify(WHOLE, undefined, 2))).toEqual({
    ok: true,
    value: {
      probation: 60,
      health: WHOLE.health,
      needsServer: true,
      minimumEngine: "2.0.0",
      architectures: ["x64", "arm64"],
      depends: [
        { app: "other_app", versions: [] },
        { app: "driver", versions: ["1", "2"] },
        { app: "lib", versions: ["7"] },
      ],
      data: [
        { path: "/var/lib/my_app", onRollback: "snapshot" },
        { path: "/srv/photos", onRollback: "keep" },
      ],
      user: "nobody",
      timeLimit: 600,
      undo: "script",
      install: [
        { kind: "copy", from: "bin/tool", to: "/usr/local/bin/tool", rights: { mode: "0755", owner: "root:staff" } },
        { kind: "folder", path: "/var/lib/my_app", rights: {} },
        { kind: "link", path: "/usr/local/bin/t", target: "tool" },
        { kind: "run", command: ["./setup", "--quick"] },
      ],
      component: "gwe",
    },
  });
});

test("every key may be left out", () => {
  expect(parseAppManifest("{}")).toEqual({ ok: true, value: NO_MANIFEST });
  expect(NO_MANIFEST).toMatchObject({ needsServer: false, undo: "overlay", data: [], depends: [], architectures: [] });
});

test("a health check asks every five seconds and waits five for the answer unless it is told otherwise", () => {
  expect(parseAppManifest('{"health": {"tcp": "[::1]:80"}}')).toMatchObject({
    value: { health: { tcp: "[::1]:80", interval: 5, timeout: 5 } },
  });
});

test.each([
  ['{"probation": 60,\n "user": }\n\n', "line 2, column 10: not JSON: Unexpected token '}'"],
  ['{"probation": 60\n "user": 1}', "line 2, column 2: not JSON: Expected"],
  ['{"probation": 60,\n', "line 2, column 1: not JSON: Expected"],
  ["", "line 1, column 1: not JSON"],
  ["[]", "it must be an object with keys of probation, health,"],
  ["null", "it must be an object"],
  ['{"probaton": 1}', '"probaton" is not a key that is known (probation, health, '],
  ['{"__proto__": 1}', '"__proto__" is not a key that is known'],
  ['{"probation": "60"}', '"probation" must be a number from 0 to 86400, got "60"'],
  ['{"probation": -1}', '"probation" must be a number from 0 to 86400, got -1'],
  ['{"probation": 1e99}', '"probation" must be a number from 0 to 86400'],
  ['{"health": {}}', '"health" needs one of command, http, tcp'],
  ['{"health": {"interval": 1}}', '"health" needs one of command, http, tcp'],
  ['{"health": {"url": "x"}}', '"health.url" is not a key that is known (command, http, tcp, interval, timeout)'],
  ['{"health": {"command": "./x"}}', '"health.command" must be a list of 1 to 100 elements, got "./x"'],
  ['{"health": {"http": "ftp://x"}}', '"health.http" must be an http or https address'],
  ['{"health": {"tcp": "localhost"}}', '"health.tcp" must be host and port such as "127.0.0.1:1883", got "localhost"'],
  ['{"health": {"tcp": "localhost:70000"}}', '"health.tcp" must be host and port'],
  ['{"health": {"tcp": "a:1", "timeout": 0}}', '"health.timeout" must be a number from 0.1 to 600, got 0'],
  ['{"needs_server": 1}', '"needs_server" must be true or false, got 1'],
  ['{"minimum_engine": "new"}', '"minimum_engine" must be a version such as "2.0.0", got "new"'],
  ['{"architectures": ["x86_64"]}', '"architectures[0]" must be one of x64, arm64, '],
  ['{"architectures": []}', '"architectures" must be a list of 1 to 8 elements, got []'],
  ['{"depends": {"../x": "*"}}', '"depends, the key" must be the name of an application, got "../x"'],
  ['{"depends": {"driver": 2}}', '"depends.driver" must be a list'],
  ['{"depends": {"driver": [2]}}', '"depends.driver[0]" must be a version as in a package\'s name, got 2'],
  ['{"data": [{}]}', '"data[0]" needs a "path"'],
  ['{"data": [{"path": "var/lib"}]}', '"data[0].path" must be an absolute path without "." and ".." parts'],
  ['{"data": [{"path": "/var/../etc"}]}', '"data[0].path" must be an absolute path'],
  ['{"data": [{"path": "/"}]}', '"data[0].path" must be an absolute path'],
  ['{"data": [{"path": "/proc/self"}]}', '"data[0].path" must not be in /proc, /sys or /dev'],
  ['{"data": [{"path": "/a", "on_rollback": "drop"}]}', '"data[0].on_rollback" must be one of keep, snapshot'],
  ['{"user": "no body"}', '"user" must be the name of an account, got "no body"'],
  ['{"time_limit": 0}', '"time_limit" must be a number from 1 to 86400, got 0'],
  ['{"undo": "none"}', '"undo" must be one of overlay, script, got "none"'],
  ['{"component": "app"}', '"component" must be one of gwe, gmq, gwe-runtime, supervisor, got "app"'],
  ['{"install": []}', '"install" must be a list of 1 to 1000 elements'],
  ['{"install": [{"mode": "0755"}]}', '"install[0]" must have exactly one of copy, folder, link, run'],
  ['{"install": [{"copy": "a", "folder": "/b"}]}', '"install[0]" must have exactly one of copy, folder, link, run'],
  ['{"install": [{"copy": "a"}]}', '"install[0]" has "copy" without "to"'],
  ['{"install": [{"copy": "../a", "to": "/b"}]}', '"install[0].copy" must be a path within the package'],
  ['{"install": [{"copy": "a", "to": "b"}]}', '"install[0].to" must be an absolute path'],
  ['{"install": [{"folder": "/a", "mode": 755}]}', '"install[0].mode" must be an octal text such as "0755", got 755'],
  ['{"install": [{"folder": "/a", "owner": "-x"}]}', '"install[0].owner" must be an account'],
  [
    '{"install": [{"link": "/a", "to": "b", "mode": "0755"}]}',
    '"install[0]" has "mode", which does not go with "link"',
  ],
  ['{"install": [{"run": ["a\\u0000"]}]}', '"install[0].run[0]" must be a text'],
  [`{"user": "${"x".repeat(70_000)}"}`, "it is larger than 65536 bytes"],
])("%.60s: %s", (json, problem) => {
  expect(parseAppManifest(json)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});

describe("whatever the text is", () => {
  test("there is an answer and no exception", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseAppManifest(text).ok === "boolean"));
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof parseAppManifest(JSON.stringify(value)).ok === "boolean"));
  });

  test("a value of the wrong kind in place of a good one is refused by the name of its key", () => {
    const anything = fc.oneof(fc.constant(null), fc.double(), fc.constant([[]]), fc.constant({ a: 1 }));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(WHOLE)), anything, (key, value) => {
        const read = parseAppManifest(JSON.stringify({ ...WHOLE, [key]: value }));
        if (!read.ok) expect(read.problem).toContain(`"${key}`);
        else expect(["probation", "time_limit"]).toContain(key);
      }),
    );
  });
});
