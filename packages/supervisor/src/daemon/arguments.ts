/** supervisord's command line. What it says counts more than the configuration file. */
import { resolve } from "node:path";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { eachOnce, type GivenOption, getopt } from "../command-line/getopt.ts";
import { byteSize, type Converter, integer, logLevel, octal, text } from "../config/convert.ts";
import { mainLogTarget } from "../config/daemon-section.ts";
import type { DaemonConfig } from "../config/model.ts";
import { pythonRepr } from "../config/python-repr.ts";
import { machineConverters } from "../config/reader.ts";
import type { ConfigMachine } from "../config/source.ts";

export interface DaemonArguments {
  readonly configuration: string | undefined;
  readonly help: boolean;
  readonly version: boolean;
  /** What counts more than the file. */
  readonly overrides: readonly GivenOption<OptionName>[];
}

const OPTIONS = {
  configuration: { letters: "c", takesValue: true },
  nodaemon: { letters: "n", takesValue: false },
  silent: { letters: "s", takesValue: false },
  help: { letters: "h?", takesValue: false },
  version: { letters: "v", takesValue: false },
  user: { letters: "u", takesValue: true },
  umask: { letters: "m", takesValue: true },
  directory: { letters: "d", takesValue: true },
  logfile: { letters: "l", takesValue: true },
  logfile_maxbytes: { letters: "y", takesValue: true },
  logfile_backups: { letters: "z", takesValue: true },
  loglevel: { letters: "e", takesValue: true },
  pidfile: { letters: "j", takesValue: true },
  identifier: { letters: "i", takesValue: true },
  childlogdir: { letters: "q", takesValue: true },
  nocleanup: { letters: "k", takesValue: false },
  minfds: { letters: "a", takesValue: true },
  strip_ansi: { letters: "t", takesValue: false },
  minprocs: { letters: "", takesValue: true },
  profile_options: { letters: "", takesValue: true },
} as const;

type OptionName = keyof typeof OPTIONS;

export function parseDaemonArguments(argv: readonly string[]): Result<DaemonArguments, string> {
  const parsed = getopt(argv, OPTIONS);
  if (!parsed.ok) return parsed;
  const { options, rest } = parsed.value;
  if (rest.length > 0) return fail(`positional arguments are not supported: [${rest.map(pythonRepr).join(", ")}]`);
  const once = eachOnce(options);
  if (!once.ok) return once;
  const given = once.value;
  if (given.has("profile_options")) return fail(NO_PROFILER);
  return ok({
    configuration: given.get("configuration")?.value,
    help: given.has("help"),
    version: given.has("version"),
    overrides: [...given.values()],
  });
}

const NO_PROFILER = "--profile_options is about Python's profiler; here, use NODE_OPTIONS=--cpu-prof";

/** @returns the section with the command line over it, or what is wrong with a value */
export function applyArguments(
  config: DaemonConfig,
  { overrides }: DaemonArguments,
  machine: ConfigMachine,
): Result<DaemonConfig, string> {
  let applied = config;
  for (const option of overrides) {
    const patch = patchOf(option, machine);
    if (!patch.ok) return fail(`invalid value for ${option.written} ${pythonRepr(option.value)}: ${patch.problem}`);
    applied = { ...applied, ...patch.value };
  }
  return ok(applied);
}

type Patch = Result<Partial<DaemonConfig>, string>;

function patchOf({ name, value }: GivenOption<OptionName>, machine: ConfigMachine): Patch {
  const types = machineConverters(machine);
  const read = <Value>(convert: Converter<Value>, patch: (converted: Value) => Partial<DaemonConfig>): Patch => {
    const converted = convert(value);
    return converted.ok ? ok(patch(converted.value)) : converted;
  };
  const absolute = (path: string) => resolve(machine.workingDirectory, path);
  switch (name) {
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
    case "minprocs":
      return read(integer, (minprocs) => ({ minprocs }));
    case "nodaemon":
      return ok({ nodaemon: true });
    case "silent":
      return ok({ silent: true });
    case "nocleanup":
      return ok({ nocleanup: true });
    case "strip_ansi":
      return ok({ stripAnsi: true });
    case "configuration":
    case "help":
    case "version":
    case "profile_options":
      return ok({});
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
