/** `[supervisord]` */
import { resolve } from "node:path";
import { boolean, byteSize, integer, logLevel, octal, text } from "./convert.ts";
import { parseEnvironment } from "./environment.ts";
import { readEnvironmentFiles } from "./environment-file.ts";
import { readDaemonExtras } from "./extra-options.ts";
import { DAEMON_DEFAULTS, type DaemonConfig, type MainLogTarget } from "./model.ts";
import { type MachineConverters, machineConverters, type SectionReader } from "./reader.ts";
import type { ConfigMachine } from "./source.ts";

/** @throws ConfigRejection */
export function readDaemonSection(
  reader: SectionReader,
  extras: SectionReader | undefined,
  machine: ConfigMachine,
): DaemonConfig {
  const defaults = DAEMON_DEFAULTS;
  const types = machineConverters(machine);
  const withHost = reader.with([["host_node_name", machine.hostName]]);
  return {
    logfile: readMainLog(reader, types, machine),
    logfileMaxBytes: reader.read("logfile_maxbytes", byteSize, defaults.logfileMaxBytes),
    logfileBackups: reader.read("logfile_backups", integer, defaults.logfileBackups),
    loglevel: reader.read("loglevel", logLevel, defaults.loglevel),
    pidfile: resolve(machine.workingDirectory, reader.read("pidfile", types.filePath, "supervisord.pid")),
    umask: reader.read("umask", octal, defaults.umask),
    nodaemon: reader.read("nodaemon", boolean, defaults.nodaemon),
    silent: reader.read("silent", boolean, defaults.silent),
    minfds: reader.read("minfds", integer, defaults.minfds),
    minprocs: reader.read("minprocs", integer, defaults.minprocs),
    nocleanup: reader.read("nocleanup", boolean, defaults.nocleanup),
    childlogdir: resolveIn(machine, reader.read("childlogdir", types.folder, defaults.childlogdir)),
    user: reader.read("user", types.user, defaults.user),
    directory: resolveIn(machine, reader.read("directory", types.folder, defaults.directory)),
    stripAnsi: reader.read("strip_ansi", boolean, defaults.stripAnsi),
    environment: {
      ...readEnvironmentFiles(extras, machine),
      ...withHost.read("environment", parseEnvironment, defaults.environment),
    },
    identifier: reader.read("identifier", text, defaults.identifier),
    extras: readDaemonExtras(extras),
  };
}

function readMainLog(reader: SectionReader, types: MachineConverters, machine: ConfigMachine): MainLogTarget {
  return mainLogTarget(reader.read("logfile", types.filePath, "supervisord.log"), machine);
}

/** `syslog`, or the path of a file. */
export function mainLogTarget(path: string, machine: ConfigMachine): MainLogTarget {
  return path === "syslog" ? { kind: "syslog" } : { kind: "file", path: resolve(machine.workingDirectory, path) };
}

function resolveIn(machine: ConfigMachine, folder: string | undefined): string | undefined {
  return folder === undefined ? undefined : resolve(machine.workingDirectory, folder);
}
