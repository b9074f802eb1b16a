/** The same configuration file, read by the original's parser and by ours, in one shape. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { nodeSyncFiles } from "@gateway-engine/platform/sync-files";
import { createConfigMachine } from "../../src/config/compose.ts";
import { socketUrl } from "../../src/config/fcgi-section.ts";
import { loadConfig } from "../../src/config/load.ts";
import type {
  DaemonConfig,
  GroupConfig,
  LogTarget,
  OutputConfig,
  ProcessConfig,
  ServerConfig,
  SupervisordConfig,
} from "../../src/config/model.ts";
import { signalNumber } from "../../src/config/signals.ts";

export type Reading = { readonly read: Readonly<Record<string, unknown>> } | { readonly refused: string };

/** What both are told of the machine. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/bin:/bin",
  HOME: "/root",
  LANG: "C.UTF-8",
  WORD: "word",
  NUMBER: "7",
  PERCENT: "50%",
};

/** @returns what the original reads in each file; it is started once for all of them */
export async function readWithOriginal(files: readonly string[], folder: string): Promise<readonly Reading[]> {
  const script = new URL("oracle.py", import.meta.url).pathname;
  const python = spawn("/usr/bin/python3", [script], {
    cwd: folder,
    env: ENVIRONMENT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(python, "exit");
  python.stdin.end(files.map((file) => `${file}\n`).join(""));
  const readings: Reading[] = [];
  for await (const line of createInterface(python.stdout)) readings.push(JSON.parse(line) as Reading);
  await ended;
  return readings;
}

export function readWithOurs(file: string, folder: string): Reading {
  const machine = createConfigMachine(ENVIRONMENT, folder);
  const loaded = loadConfig({ path: file }, { files: nodeSyncFiles, machine });
  return loaded.ok ? { read: asOriginal(loaded.value) } : { refused: loaded.problem.message };
}

function asOriginal(config: SupervisordConfig): Readonly<Record<string, unknown>> {
  return {
    daemon: daemonAsOriginal(config.daemon),
    servers: config.servers.map(serverAsOriginal),
    groups: config.groups.map(groupAsOriginal),
    notices: config.notices.map(({ message }) => message),
  };
}

function daemonAsOriginal(daemon: DaemonConfig): unknown {
  const levels = { critical: 50, error: 40, warn: 30, info: 20, debug: 10, trace: 5, blather: 3 };
  return {
    logfile: daemon.logfile.kind === "file" ? daemon.logfile.path : "syslog",
    logfile_maxbytes: daemon.logfileMaxBytes,
    logfile_backups: daemon.logfileBackups,
    loglevel: levels[daemon.loglevel],
    pidfile: daemon.pidfile,
    umask: daemon.umask,
    nodaemon: daemon.nodaemon,
    silent: daemon.silent,
    minfds: daemon.minfds,
    minprocs: daemon.minprocs,
    nocleanup: daemon.nocleanup,
    childlogdir: daemon.childlogdir ?? "/tmp",
    directory: daemon.directory ?? null,
    strip_ansi: daemon.stripAnsi,
    identifier: daemon.identifier,
    environment: daemon.environment,
  };
}

function serverAsOriginal(server: ServerConfig): unknown {
  const { username = null, password = null } = server.credentials ?? {};
  if (server.kind === "inet") return [server.section, server.host, server.port, username, password];
  const { uid, gid } = server.chown ?? { uid: -1, gid: -1 };
  return [server.section, server.file, server.chmod, [uid, gid], username, password];
}

function groupAsOriginal({ name, priority, processes, role }: GroupConfig): unknown {
  const group = { name, priority, processes: processes.map(processAsOriginal) };
  if (role.kind === "programs") return group;
  if (role.kind === "listeners") return { ...group, events: role.events, buffer_size: role.bufferSize };
  const { socket } = role;
  const file = socket.kind === "unix" ? socket : { mode: null, owner: undefined };
  const owner = file.owner === undefined ? null : [file.owner.uid, file.owner.gid];
  return { ...group, socket: [socketUrl(socket), socket.backlog ?? null, file.mode, owner] };
}

function processAsOriginal(process: ProcessConfig): unknown {
  return {
    name: process.name,
    command: process.command,
    directory: process.directory ?? null,
    umask: process.umask ?? null,
    priority: process.priority,
    autostart: process.autostart,
    autorestart: process.autorestart,
    startsecs: process.startsecs,
    startretries: process.startretries,
    uid: process.user?.uid ?? null,
    exitcodes: process.exitcodes,
    stopsignal: signalNumber(process.stopsignal),
    stopwaitsecs: process.stopwaitsecs,
    stopasgroup: process.stopasgroup,
    killasgroup: process.killasgroup,
    redirect_stderr: process.redirectStderr,
    serverurl: process.serverurl ?? null,
    environment: process.environment,
    ...outputAsOriginal("stdout", process.stdout),
    ...outputAsOriginal("stderr", process.stderr),
  };
}

function outputAsOriginal(channel: string, output: OutputConfig): Readonly<Record<string, unknown>> {
  return {
    [`${channel}_logfile`]: logAsOriginal(output.logfile),
    [`${channel}_logfile_maxbytes`]: output.maxBytes,
    [`${channel}_logfile_backups`]: output.backups,
    [`${channel}_capture_maxbytes`]: output.captureMaxBytes,
    [`${channel}_events_enabled`]: output.eventsEnabled,
    [`${channel}_syslog`]: output.syslog,
  };
}

function logAsOriginal(target: LogTarget): string | null {
  if (target.kind === "file") return target.path;
  return target.kind === "auto" ? "AUTO" : null;
}
