/** supervisord's command line. What it says counts more than the configuration file. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { byteSize, type Converter, integer, logLevel, octal, text } from "../config/convert.ts";
import { mainLogTarget } from "../config/daemon-section.ts";
import type { DaemonConfig } from "../config/model.ts";
import { machineConverters } from "../config/reader.ts";
import type { ConfigMachine } from "../config/source.ts";

export interface DaemonArguments {
  readonly configuration: string | undefined;
  readonly help: boolean;
  readonly version: boolean;
  /** Text by long option name; `true` for one without a value. */
  readonly overrides: Readonly<Record<string, string | true>>;
}

const FLAGS = { nodaemon: "n", silent: "s", help: "h", version: "v", nocleanup: "k", strip_ansi: "t" } as const;

const VALUES = {
  configuration: "c",
  user: "u",
  umask: "m",
  directory: "d",
  logfile: "l",
  logfile_maxbytes: "y",
  logfile_backups: "z",
  loglevel: "e",
  pidfile: "j",
  identifier: "i",
  childlogdir: "q",
  minfds: "a",
} as const;

export function parseDaemonArguments(argv: readonly string[]): Result<DaemonArguments, string> {
  const flags = Object.entries(FLAGS).map(([name, short]) => [name, { type: "boolean", short }] as const);
  const values = Object.entries(VALUES).map(([name, short]) => [name, { type: "string", short }] as const);
  try {
    const parsed = parseArgs({
      args: [...argv],
      options: { ...Object.fromEntries(flags), ...Object.fromEntries(values), minprocs: { type: "string" } },
      allowPositionals: true,
    });
    if (parsed.positionals.length > 0) return fail("positional arguments are not supported");
    const { configuration, help, version, ...overrides } = parsed.values as Record<string, string | true>;
    const file = typeof configuration === "string" ? configuration : undefined;
    return ok({ configuration: file, help: help === true, version: version === true, overrides });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** @returns the section with the command line over it, or what is wrong with a value */
export function applyArguments(
  config: DaemonConfig,
  { overrides }: DaemonArguments,
  machine: ConfigMachine,
): Result<DaemonConfig, string> {
  let applied = config;
  for (const [option, value] of Object.entries(overrides)) {
    const patch = patchOf(option, value, machine);
    if (!patch.ok) return fail(`bad value for --${option}: ${patch.problem}`);
    applied = { ...applied, ...patch.value };
  }
  return ok(applied);
}

type Patch = Result<Partial<DaemonConfig>, string>;

function patchOf(option: string, value: string | true, machine: ConfigMachine): Patch {
  if (value === true) return ok(flagPatch(option));
  const types = machineConverters(machine);
  const read = <Value>(convert: Converter<Value>, patch: (converted: Value) => Partial<DaemonConfig>): Patch => {
    const converted = convert(value);
    return converted.ok ? ok(patch(converted.value)) : converted;
  };
  const absolute = (path: string) => resolve(machine.workingDirectory, path);
  switch (option) {
    case "user":
      return read(types.user, (user) => ({ user }));
    case "umask":
      return read(octal, (umask) => ({ umask }));
    case "directory":
      return read(types.folder, (path) => ({ directory: absolute(path) }));
    case "logfile":
      return read(types.filePath, (path) => ({ logfile: mainLogTarget(path, machine) }));
    case "logfile_maxbytes":
      return read(byteSize, (logfileMaxBytes) => ({ logfileMaxBytes }));
    case "logfile_backups":
      return read(integer, (logfileBackups) => ({ logfileBackups }));
    case "loglevel":
      return read(logLevel, (loglevel) => ({ loglevel }));
    case "pidfile":
      return read(types.filePath, (path) => ({ pidfile: absolute(path) }));
    case "identifier":
      return read(text, (identifier) => ({ identifier }));
    case "childlogdir":
      return read(types.folder, (path) => ({ childlogdir: absolute(path) }));
    case "minfds":
      return read(integer, (minfds) => ({ minfds }));
    default:
      return read(integer, (minprocs) => ({ minprocs }));
  }
}

function flagPatch(option: string): Partial<DaemonConfig> {
  switch (option) {
    case "nodaemon":
      return { nodaemon: true };
    case "silent":
      return { silent: true };
    case "nocleanup":
      return { nocleanup: true };
    default:
      return { stripAnsi: true };
  }
}

export const DAEMON_USAGE = `supervisord -- run a set of applications as daemons.

Usage: supervisord [options]

Options:
-c/--configuration FILENAME -- configuration file path (searches if not given;
                   with GWE_ROOT set, a built-in configuration is used instead)
-n/--nodaemon -- run in the foreground (same as 'nodaemon=true' in config file)
-s/--silent -- no logs to stdout (maps to 'silent=true' in config file)
-h/--help -- print this usage message and exit
-v/--version -- print supervisord version number and exit
-u/--user USER -- run supervisord as this user (or numeric uid)
-m/--umask UMASK -- use this umask for daemon subprocess (default is 022)
-d/--directory DIRECTORY -- directory to chdir to when daemonized
-l/--logfile FILENAME -- use FILENAME as logfile path
-y/--logfile_maxbytes BYTES -- use BYTES to limit the max size of logfile
-z/--logfile_backups NUM -- number of backups to keep when max bytes reached
-e/--loglevel LEVEL -- use LEVEL as log level (debug,info,warn,error,critical)
-j/--pidfile FILENAME -- write a pid file for the daemon process to FILENAME
-i/--identifier STR -- identifier used for this instance of supervisord
-q/--childlogdir DIRECTORY -- the log directory for child process logs
-k/--nocleanup -- prevent the process from performing cleanup (removal of
                   old automatic child log files) at startup.
-a/--minfds NUM -- the minimum number of file descriptors for start success
-t/--strip_ansi -- strip ansi escape codes from process output
--minprocs NUM -- the minimum number of processes available for start success
`;
