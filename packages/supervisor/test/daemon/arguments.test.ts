import { describe, expect, test } from "vitest";
import { DAEMON_DEFAULTS, type DaemonConfig } from "../../src/config/model.ts";
import { applyArguments, parseDaemonArguments } from "../../src/daemon/arguments.ts";
import { memorySource } from "../config/memory-source.ts";

const FILE: DaemonConfig = { ...DAEMON_DEFAULTS, logfile: { kind: "file", path: "/f.log" }, pidfile: "/f.pid" };

function configOf(...argv: readonly string[]): DaemonConfig | string {
  const parsed = parseDaemonArguments(argv);
  if (!parsed.ok) return parsed.problem;
  const applied = applyArguments(FILE, parsed.value, memorySource("").machine);
  return applied.ok ? applied.value : applied.problem;
}

describe("supervisord's command line", () => {
  test.each([
    { argv: ["-ns"], says: { nodaemon: true, silent: true } },
    { argv: ["-kt", "-edebug"], says: { nocleanup: true, stripAnsi: true, loglevel: "debug" } },
    { argv: ["--nod", "--logl=WARN"], says: { nodaemon: true, loglevel: "warn" } },
    { argv: ["-l", "syslog"], says: { logfile: { kind: "syslog" } } },
    { argv: ["-y", "5MB", "-z", "3"], says: { logfileMaxBytes: 5 * 1024 * 1024, logfileBackups: 3 } },
    { argv: ["-a", "300", "--minprocs", "30", "-m", "077"], says: { minfds: 300, minprocs: 30, umask: 0o077 } },
    { argv: ["-i", "west"], says: { identifier: "west" } },
  ])("$argv counts more than the file", ({ argv, says }) => {
    expect(configOf(...argv)).toMatchObject(says);
  });

  test.each([
    { argv: ["-x"], says: "option -x not recognized" },
    { argv: ["--nothing"], says: "option --nothing not recognized" },
    { argv: ["--min", "5"], says: "option --min not a unique prefix" },
    { argv: ["-i"], says: "option -i requires argument" },
    { argv: ["--loglevel"], says: "option --loglevel requires argument" },
    { argv: ["--nodaemon=1"], says: "option --nodaemon must not have an argument" },
    { argv: ["-n", "-n"], says: "conflicting command line option '-n'" },
    { argv: ["foo", "-n"], says: "positional arguments are not supported: ['foo', '-n']" },
    { argv: ["-m", "9"], says: "invalid value for -m '9': 9 can not be converted to an octal type" },
    { argv: ["-q", "/none"], says: "invalid value for -q '/none': /none is not an existing directory" },
  ])("$argv is refused in the original's words", ({ argv, says }) => {
    expect(configOf(...argv)).toBe(says);
  });

  test("has no profiler of Python, and says what to use", () => {
    expect(configOf("--profile_options", "calls")).toContain("NODE_OPTIONS=--cpu-prof");
  });
});
