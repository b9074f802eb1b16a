/**
 * What a supervisord.conf says once it is read: every value typed, every default filled in, every `%(name)s` expanded.
 *
 * The parser makes it, the daemon runs it. Two models are compared by value, so it holds nothing but data.
 *
 * @see docs/reference/supervisor.md
 */
import type { SubscriptionName } from "../events/event-names.ts";
import { DAEMON_EXTRA_DEFAULTS, type DaemonExtras, PROGRAM_EXTRA_DEFAULTS, type ProgramExtras } from "./extras.ts";
import type { SignalName } from "./signals.ts";

export interface SupervisordConfig {
  readonly daemon: DaemonConfig;
  readonly servers: readonly ServerConfig[];
  /** In ascending order of (priority, name). */
  readonly groups: readonly GroupConfig[];
  /** Set when `[rpcinterface:supervisor]` names supervisor's own factory; without it only `system.*` answers. */
  readonly hasSupervisorInterface: boolean;
  /** What the main log says once it is open: included files, options that are ignored. */
  readonly notices: readonly ConfigNotice[];
}

export interface ConfigNotice {
  readonly level: "INFO" | "WARN" | "CRIT";
  readonly message: string;
}

/** `[supervisord]`. */
export interface DaemonConfig {
  readonly logfile: MainLogTarget;
  /** Bytes; 0: never rotate. */
  readonly logfileMaxBytes: number;
  readonly logfileBackups: number;
  readonly loglevel: LogLevelName;
  /** Absolute path. */
  readonly pidfile: string;
  readonly umask: number;
  readonly nodaemon: boolean;
  readonly silent: boolean;
  readonly minfds: number;
  readonly minprocs: number;
  readonly nocleanup: boolean;
  /** Absolute path of the folder for AUTO logs; undefined: the machine's folder for temporary files. */
  readonly childlogdir: string | undefined;
  readonly user: UserConfig | undefined;
  readonly directory: string | undefined;
  readonly stripAnsi: boolean;
  readonly environment: Environment;
  readonly identifier: string;
  readonly extras: DaemonExtras;
}

/** supervisor's names of its levels, least severe first. */
export const LOG_LEVEL_NAMES = ["blather", "trace", "debug", "info", "warn", "error", "critical"] as const;
export type LogLevelName = (typeof LOG_LEVEL_NAMES)[number];

/** A file may be a device such as /dev/stdout. */
export type MainLogTarget = { readonly kind: "file"; readonly path: string } | { readonly kind: "syslog" };

export type Environment = Readonly<Record<string, string>>;

/** An account that exists, found by name or by number. */
export interface UserConfig {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** `[unix_http_server]` and `[inet_http_server]`, also with a name after a colon. */
export type ServerConfig = UnixServerConfig | InetServerConfig;

export interface UnixServerConfig {
  readonly kind: "unix";
  readonly section: string;
  /** Absolute path. */
  readonly file: string;
  readonly chmod: number;
  readonly chown: { readonly uid: number; readonly gid: number } | undefined;
  readonly credentials: Credentials | undefined;
}

export interface InetServerConfig {
  readonly kind: "inet";
  readonly section: string;
  /** Empty: every address of the machine. */
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials | undefined;
}

export interface Credentials {
  readonly username: string;
  /** As written: clear, or `{SHA}` and the hexadecimal SHA-1. */
  readonly password: string;
}

/** A `[group:x]`, or a program that is in no group. */
export interface GroupConfig {
  readonly name: string;
  readonly priority: number;
  /** In the order in which they are started. */
  readonly processes: readonly ProcessConfig[];
  readonly role: GroupRole;
}

/** What the processes of a group are to the daemon. */
export type GroupRole =
  /** Programs that it only looks after. */
  | { readonly kind: "programs" }
  /** A `[fcgi-program:x]`: its processes accept on one socket. */
  | { readonly kind: "fastcgi"; readonly socket: FastCgiSocketConfig }
  | ListenersRole;

export type FastCgiSocketConfig =
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      /** undefined: as many as the kernel takes. */
      readonly backlog: number | undefined;
    }
  | {
      readonly kind: "unix";
      /** Absolute. */
      readonly path: string;
      /** undefined: whoever the daemon is. A gid of -1 leaves the group as it is. */
      readonly owner: { readonly uid: number; readonly gid: number } | undefined;
      readonly mode: number;
      readonly backlog: number | undefined;
    };

/** `[eventlistener:x]`: programs that are told what happens. */
export interface ListenersRole {
  readonly kind: "listeners";
  /** In alphabetical order, each once. */
  readonly events: readonly SubscriptionName[];
  /** How many events wait while no listener is free. */
  readonly bufferSize: number;
}

/** One process of a `[program:x]`: one for each number up to `numprocs`. */
export interface ProcessConfig {
  readonly name: string;
  readonly group: string;
  readonly program: string;
  /** Not yet split into words: how a bad one fails is seen when the process is started. */
  readonly command: string;
  readonly priority: number;
  readonly autostart: boolean;
  readonly autorestart: "always" | "never" | "unexpected";
  /** Seconds to stay up, to count as started. */
  readonly startsecs: number;
  readonly startretries: number;
  readonly exitcodes: readonly number[];
  readonly stopsignal: SignalName;
  /** Seconds from the stop signal to SIGKILL. */
  readonly stopwaitsecs: number;
  readonly stopasgroup: boolean;
  readonly killasgroup: boolean;
  readonly user: UserConfig | undefined;
  readonly redirectStderr: boolean;
  readonly stdout: OutputConfig;
  /** Without meaning under `redirectStderr`. */
  readonly stderr: OutputConfig;
  /** What `[supervisord] environment` and, over it, the program's own say. */
  readonly environment: Environment;
  readonly directory: string | undefined;
  readonly umask: number | undefined;
  /** undefined: AUTO, the daemon's first unix server, else its first inet server. */
  readonly serverurl: string | undefined;
  readonly extras: ProgramExtras;
}

/** Where one output of a process goes. */
export interface OutputConfig {
  readonly logfile: LogTarget;
  /** Bytes; 0: never rotate. */
  readonly maxBytes: number;
  /** Old files to keep; 0: a full log is emptied. */
  readonly backups: number;
  /** Bytes; 0: capture mode is off. */
  readonly captureMaxBytes: number;
  readonly eventsEnabled: boolean;
  readonly syslog: boolean;
}

export type LogTarget =
  | { readonly kind: "none" }
  | { readonly kind: "auto" }
  | { readonly kind: "syslog" }
  | { readonly kind: "file"; readonly path: string };

export const OUTPUT_DEFAULTS: OutputConfig = {
  logfile: { kind: "auto" },
  maxBytes: 50 * 1024 * 1024,
  backups: 10,
  captureMaxBytes: 0,
  eventsEnabled: false,
  syslog: false,
};

/** What a program is that says nothing but its command. */
export const PROCESS_DEFAULTS: Omit<ProcessConfig, "name" | "group" | "program" | "command"> = {
  priority: 999,
  autostart: true,
  autorestart: "unexpected",
  startsecs: 1,
  startretries: 3,
  exitcodes: [0],
  stopsignal: "SIGTERM",
  stopwaitsecs: 10,
  stopasgroup: false,
  killasgroup: false,
  user: undefined,
  redirectStderr: false,
  stdout: OUTPUT_DEFAULTS,
  stderr: OUTPUT_DEFAULTS,
  environment: {},
  directory: undefined,
  umask: undefined,
  serverurl: undefined,
  extras: PROGRAM_EXTRA_DEFAULTS,
};

/** `[supervisord]` left empty; its two files lie in the working directory. */
export const DAEMON_DEFAULTS: Omit<DaemonConfig, "logfile" | "pidfile"> = {
  logfileMaxBytes: 50 * 1024 * 1024,
  logfileBackups: 10,
  loglevel: "info",
  umask: 0o022,
  nodaemon: false,
  silent: false,
  minfds: 1024,
  minprocs: 200,
  nocleanup: false,
  childlogdir: undefined,
  user: undefined,
  directory: undefined,
  stripAnsi: false,
  environment: {},
  identifier: "supervisor",
  extras: DAEMON_EXTRA_DEFAULTS,
};
