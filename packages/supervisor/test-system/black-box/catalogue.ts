/**
 * Everything that supervisord offers to those outside: what the suite has to have tried on each daemon.
 *
 * A case names the items that it tries (`covers`), and `coverage.test.ts` fails for each item that no case has tried.
 */

/** Faults by method. Each method also answers without a fault. 6 is SHUTDOWN_STATE, 2 a wrong number of parameters. */
export const METHODS = {
  "supervisor.getAPIVersion": [2, 6],
  "supervisor.getVersion": [2, 6],
  "supervisor.getSupervisorVersion": [2, 6],
  "supervisor.getIdentification": [2, 6],
  "supervisor.getState": [2, 6],
  "supervisor.getPID": [2, 6],
  "supervisor.readLog": [2, 3, 6, 20, 30],
  "supervisor.readMainLog": [2, 3, 6, 20, 30],
  "supervisor.clearLog": [2, 6, 20, 30],
  "supervisor.shutdown": [2, 6],
  "supervisor.restart": [2, 6],
  "supervisor.reloadConfig": [2, 6, 92],
  "supervisor.addProcessGroup": [2, 6, 10, 90],
  "supervisor.removeProcessGroup": [2, 6, 10, 91],
  "supervisor.startProcess": [2, 6, 10, 20, 21, 30, 40, 50, 60],
  "supervisor.startProcessGroup": [2, 6, 10],
  "supervisor.startAllProcesses": [2, 6],
  "supervisor.stopProcess": [2, 6, 10, 30, 70],
  "supervisor.stopProcessGroup": [2, 6, 10],
  "supervisor.stopAllProcesses": [2, 6],
  "supervisor.signalProcess": [2, 6, 10, 11, 30, 70],
  "supervisor.signalProcessGroup": [2, 6, 10],
  "supervisor.signalAllProcesses": [2, 6],
  "supervisor.getProcessInfo": [2, 6, 10],
  "supervisor.getAllProcessInfo": [2, 6],
  "supervisor.getAllConfigInfo": [2, 6],
  "supervisor.readProcessLog": [2, 3, 6, 10, 20, 30],
  "supervisor.readProcessStdoutLog": [2, 3, 6, 10, 20, 30],
  "supervisor.readProcessStderrLog": [2, 3, 6, 10, 20, 30],
  "supervisor.tailProcessLog": [2, 6, 10],
  "supervisor.tailProcessStdoutLog": [2, 6, 10],
  "supervisor.tailProcessStderrLog": [2, 6, 10],
  "supervisor.clearProcessLog": [2, 6, 10, 30],
  "supervisor.clearProcessLogs": [2, 6, 10, 30],
  "supervisor.clearAllProcessLogs": [2, 6],
  "supervisor.sendProcessStdin": [2, 6, 10, 20, 70],
  "supervisor.sendRemoteCommEvent": [2],
  "system.listMethods": [2],
  "system.methodHelp": [2, 4],
  "system.methodSignature": [2, 4],
  "system.multicall": [2],
} as const;

/** Statuses in the lists that methods for several processes answer; 80 is success. */
const STATUSES = {
  "supervisor.startProcessGroup": [20, 21, 50, 80],
  "supervisor.startAllProcesses": [50, 80],
  "supervisor.stopProcessGroup": [80],
  "supervisor.stopAllProcesses": [80],
  "supervisor.signalProcessGroup": [11, 80],
  "supervisor.signalAllProcesses": [11, 80],
  "supervisor.clearAllProcessLogs": [30, 80],
} as const;

export const PROGRAM_OPTIONS = [
  "command",
  "process_name",
  "numprocs",
  "numprocs_start",
  "priority",
  "autostart",
  "startsecs",
  "startretries",
  "autorestart",
  "exitcodes",
  "stopsignal",
  "stopwaitsecs",
  "stopasgroup",
  "killasgroup",
  "user",
  "redirect_stderr",
  "stdout_logfile",
  "stdout_logfile_maxbytes",
  "stdout_logfile_backups",
  "stdout_capture_maxbytes",
  "stdout_events_enabled",
  "stdout_syslog",
  "stderr_logfile",
  "stderr_logfile_maxbytes",
  "stderr_logfile_backups",
  "stderr_capture_maxbytes",
  "stderr_events_enabled",
  "stderr_syslog",
  "environment",
  "directory",
  "umask",
  "serverurl",
] as const;

const OPTIONS = {
  supervisord: [
    "logfile",
    "logfile_maxbytes",
    "logfile_backups",
    "loglevel",
    "pidfile",
    "umask",
    "nodaemon",
    "silent",
    "minfds",
    "minprocs",
    "nocleanup",
    "childlogdir",
    "user",
    "directory",
    "strip_ansi",
    "environment",
    "identifier",
  ],
  unix_http_server: ["file", "chmod", "chown", "username", "password"],
  inet_http_server: ["port", "username", "password"],
  supervisorctl: ["serverurl", "username", "password", "prompt", "history_file"],
  include: ["files"],
  group: ["programs", "priority"],
  rpcinterface: ["supervisor.rpcinterface_factory"],
  program: PROGRAM_OPTIONS,
  eventlistener: [...PROGRAM_OPTIONS, "events", "buffer_size", "result_handler"],
  "fcgi-program": [...PROGRAM_OPTIONS, "socket", "socket_backlog", "socket_owner", "socket_mode"],
} as const;

const COMMAND_LINE = [
  "-c",
  "-n",
  "-h",
  "-v",
  "-u",
  "-m",
  "-d",
  "-l",
  "-y",
  "-z",
  "-e",
  "-j",
  "-i",
  "-q",
  "-k",
  "-a",
  "-t",
  "-s",
  "--minprocs",
] as const;

const TRANSITIONS = [
  "STOPPED -> STARTING: autostart",
  "STOPPED -> STARTING: a start request",
  "EXITED -> STARTING: a start request",
  "EXITED -> STARTING: autorestart=true",
  "EXITED -> STARTING: an exit that is not expected",
  "FATAL -> STARTING: a start request",
  "STARTING -> RUNNING: alive for startsecs",
  "STARTING -> BACKOFF: it cannot be spawned",
  "STARTING -> BACKOFF: an exit within startsecs",
  "STARTING -> EXITED: an exit after startsecs",
  "STARTING -> STOPPING: a stop request",
  "BACKOFF -> STARTING: after 1, 2, 3 seconds",
  "BACKOFF -> FATAL: out of startretries",
  "BACKOFF -> FATAL: the daemon ends",
  "BACKOFF -> STOPPED: a stop request",
  "RUNNING -> EXITED: an expected exit",
  "RUNNING -> EXITED: an exit that is not expected",
  "RUNNING -> EXITED: a signal",
  "RUNNING -> STOPPING: a stop request",
  "RUNNING -> UNKNOWN: it cannot be signalled",
  "STOPPING -> STOPPED: its end",
  "STOPPING -> STOPPING: SIGKILL after stopwaitsecs",
] as const;

const SIGNALS = ["TERM", "INT", "QUIT", "HUP", "USR2", "CHLD"] as const;

const START_UP = [
  "no such configuration file",
  "no [supervisord] section",
  "a value that is not valid",
  "another daemon on the same socket",
  "a stale socket",
  "into the background",
  "a user that cannot be become",
  "limits that cannot be raised",
] as const;

const SHUTDOWN = [
  "groups in descending order of priority",
  "no restart any more",
  "socket and pidfile removed",
] as const;

export const EVENTS = [
  "EVENT",
  "PROCESS_STATE",
  "PROCESS_STATE_STARTING",
  "PROCESS_STATE_RUNNING",
  "PROCESS_STATE_BACKOFF",
  "PROCESS_STATE_STOPPING",
  "PROCESS_STATE_EXITED",
  "PROCESS_STATE_STOPPED",
  "PROCESS_STATE_FATAL",
  "PROCESS_STATE_UNKNOWN",
  "PROCESS_COMMUNICATION",
  "PROCESS_COMMUNICATION_STDOUT",
  "PROCESS_COMMUNICATION_STDERR",
  "PROCESS_LOG",
  "PROCESS_LOG_STDOUT",
  "PROCESS_LOG_STDERR",
  "REMOTE_COMMUNICATION",
  "SUPERVISOR_STATE_CHANGE",
  "SUPERVISOR_STATE_CHANGE_RUNNING",
  "SUPERVISOR_STATE_CHANGE_STOPPING",
  "TICK",
  "TICK_5",
  "PROCESS_GROUP",
  "PROCESS_GROUP_ADDED",
  "PROCESS_GROUP_REMOVED",
] as const;

const LISTENERS = [
  "READY, an event, RESULT OK",
  "FAIL: the event comes again",
  "death while BUSY: the event comes again",
  "nonsense: UNKNOWN, never served again",
  "a pool shares the events",
  "a full buffer drops the oldest",
] as const;

const LOG_RULES = [
  "full after a write: put aside as .1 to .N",
  "backups=0: emptied",
  "maxbytes=0: never put aside",
  "an existing log counts and goes on",
  "AUTO: a file of mode 0600 with its pattern",
  "AUTO: cleaned up at the next start",
  "NONE: no file",
  "clear: begun again",
  "capture: between the tokens, not in the log",
  "strip_ansi: without colours",
  "the daemon's own log rotates",
] as const;

const UPDATES = [
  "added",
  "changed",
  "removed",
  "unchanged keeps its pids",
  "an invalid file keeps the old set",
  "identifier at once",
  "[supervisord] environment changes every group",
] as const;

const HTTP = [
  "200 on any path below /RPC2",
  "400 for GET /RPC2",
  "400 for what is no XML-RPC",
  "404 for an unknown path",
  "411 without a length",
  "401 without the password",
  "keep-alive",
  "/logtail of stdout",
  "/logtail of stderr",
  "/logtail 404",
  "/mainlogtail",
] as const;

const GRAMMAR = [
  "= and : as delimiters",
  "option names in any case",
  "comments on lines of their own",
  "comments behind a value",
  "continued lines",
  "a section twice",
  "a key twice",
  "unknown sections and keys",
  "%(name)s, %(name)02d and %%",
  "%(ENV_x)s",
  "%(here)s of an included file",
  "%(host_node_name)s",
  "an unknown name in an expression",
  "a malformed expression",
  "quotes in a command",
  "environment",
  "relative includes in order",
  "an include that matches nothing",
  "an invalid name",
  "a required option is missing",
  "sizes",
  "booleans",
  "signals",
  "a program in two groups",
] as const;

const CTL = [
  "status",
  "start",
  "stop",
  "restart",
  "signal",
  "pid",
  "avail",
  "reread",
  "update",
  "add",
  "remove",
  "reload",
  "shutdown",
  "tail",
  "tail -f",
  "maintail",
  "clear",
  "fg",
  "version",
  "help",
] as const;

type Words<List extends readonly string[]> = List[number];
type InTable<Table extends Readonly<Record<string, readonly (string | number)[]>>> = {
  [Row in keyof Table & string]: `${Row} ${Table[Row][number]}`;
}[keyof Table & string];

export type CatalogueItem =
  | `rpc ${keyof typeof METHODS}`
  | `fault ${InTable<typeof METHODS>}`
  | "fault of an unknown method 1"
  | `status ${InTable<typeof STATUSES>}`
  | `option ${InTable<typeof OPTIONS>}`
  | `command line ${Words<typeof COMMAND_LINE>}`
  | `transition ${Words<typeof TRANSITIONS>}`
  | `signal ${Words<typeof SIGNALS>}`
  | `start-up ${Words<typeof START_UP>}`
  | `shutdown ${Words<typeof SHUTDOWN>}`
  | `event ${Words<typeof EVENTS>}`
  | `listener ${Words<typeof LISTENERS>}`
  | `logs ${Words<typeof LOG_RULES>}`
  | `update ${Words<typeof UPDATES>}`
  | `http ${Words<typeof HTTP>}`
  | `grammar ${Words<typeof GRAMMAR>}`
  | `supervisorctl ${Words<typeof CTL>}`;

/** What belongs together in the table: a heading, and its items. */
export interface Chapter {
  readonly heading: string;
  readonly items: readonly CatalogueItem[];
}

export const CATALOGUE: readonly Chapter[] = [
  ...Object.keys(METHODS).map((method) => methodChapter(method as keyof typeof METHODS)),
  { heading: "unknown method", items: ["fault of an unknown method 1"] },
  ...Object.entries(OPTIONS).map(([section, options]) => ({
    heading: `[${section}]`,
    items: options.map((option) => `option ${section} ${option}` as CatalogueItem),
  })),
  chapter("command line", COMMAND_LINE),
  chapter("transition", TRANSITIONS),
  chapter("signal", SIGNALS),
  chapter("start-up", START_UP),
  chapter("shutdown", SHUTDOWN),
  chapter("event", EVENTS),
  chapter("listener", LISTENERS),
  chapter("logs", LOG_RULES),
  chapter("update", UPDATES),
  chapter("http", HTTP),
  chapter("grammar", GRAMMAR),
  chapter("supervisorctl", CTL),
];

function methodChapter(method: keyof typeof METHODS): Chapter {
  const statuses = (STATUSES as Readonly<Record<string, readonly number[]>>)[method] ?? [];
  return {
    heading: method,
    items: [
      `rpc ${method}`,
      ...METHODS[method].map((code) => `fault ${method} ${code}` as CatalogueItem),
      ...statuses.map((code) => `status ${method} ${code}` as CatalogueItem),
    ],
  };
}

function chapter(heading: string, words: readonly string[]): Chapter {
  return { heading, items: words.map((word) => `${heading} ${word}` as CatalogueItem) };
}
