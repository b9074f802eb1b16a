import { describe, expect, test } from "vitest";
import {
  DAEMON_DEFAULTS,
  PROCESS_DEFAULTS,
  type ProcessConfig,
  type SupervisordConfig,
} from "../../src/config/model.ts";
import { parseSupervisordConfig } from "../../src/config/parse.ts";
import { type MemorySourceOptions, memorySource } from "./memory-source.ts";

const RPC =
  "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n";

function parse(text: string, options?: MemorySourceOptions): SupervisordConfig {
  const parsed = parseSupervisordConfig(memorySource(`[supervisord]\n${text}`, options));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

function problemOf(text: string, options?: MemorySourceOptions): string {
  const parsed = parseSupervisordConfig(memorySource(text, options));
  return parsed.ok ? "no problem" : parsed.problem.message;
}

function onlyProcess(options: string): ProcessConfig {
  const process = parse(`[program:x]\ncommand=cat\n${options}`).groups[0]?.processes[0];
  if (process === undefined) throw new Error("no process");
  return process;
}

const namesOf = (config: SupervisordConfig) =>
  config.groups.map((group) => `${group.name}: ${group.processes.map((process) => process.name).join(" ")}`);

describe("[supervisord]", () => {
  test("left empty has supervisord's defaults", () => {
    expect(parse("").daemon).toEqual({
      ...DAEMON_DEFAULTS,
      logfile: { kind: "file", path: "/demo/supervisord.log" },
      pidfile: "/demo/supervisord.pid",
    });
  });

  test("has every option read", () => {
    const options = `logfile=%(here)s/d.log\nlogfile_maxbytes=1MB\nlogfile_backups=2\nLOGLEVEL=Debug\npidfile=~/logs/d.pid
umask=027\nnodaemon=yes\nsilent=1\nminfds=64\nminprocs=65\nnocleanup=on\nchildlogdir=/var/log\nuser=nobody
directory=/tmp\nstrip_ansi=true\nidentifier=demo\nenvironment=A="1 %%",B=%(host_node_name)s,C=%(ENV_HOME)s`;
    expect(parse(options).daemon).toEqual({
      logfile: { kind: "file", path: "/demo/d.log" },
      logfileMaxBytes: 1024 * 1024,
      logfileBackups: 2,
      loglevel: "debug",
      pidfile: "/home/me/logs/d.pid",
      umask: 0o027,
      nodaemon: true,
      silent: true,
      minfds: 64,
      minprocs: 65,
      nocleanup: true,
      childlogdir: "/var/log",
      user: { name: "nobody", uid: 65534, gid: 65534 },
      directory: "/tmp",
      stripAnsi: true,
      identifier: "demo",
      extras: DAEMON_DEFAULTS.extras,
      environment: { A: "1 %", B: "box", C: "/home/me" },
    });
  });

  test("logfile=syslog is no path", () => {
    expect(parse("logfile=syslog").daemon.logfile).toEqual({ kind: "syslog" });
  });

  test("must be there", () => {
    expect(problemOf("[program:x]\ncommand=cat")).toBe(".ini file does not include supervisord section");
  });
});

describe("servers", () => {
  test("are read, also with a name", () => {
    const text = `[unix_http_server]\nfile=%(here)s/s.sock\nchown=nobody:adm\nusername=u\npassword={SHA}1\n[unix_http_server:two]\nfile=/tmp/two\nchmod=0770\n[inet_http_server]\nport=*:9001\n[inet_http_server:x]\nport=127.0.0.1:9002`;
    expect(parse(text).servers).toEqual([
      { kind: "inet", section: "inet_http_server", host: "", port: 9001, credentials: undefined },
      { kind: "inet", section: "inet_http_server:x", host: "127.0.0.1", port: 9002, credentials: undefined },
      {
        kind: "unix",
        section: "unix_http_server",
        file: "/demo/s.sock",
        chmod: 0o700,
        chown: { uid: 65534, gid: 4 },
        credentials: { username: "u", password: "{SHA}1" },
      },
      {
        kind: "unix",
        section: "unix_http_server:two",
        file: "/tmp/two",
        chmod: 0o770,
        chown: undefined,
        credentials: undefined,
      },
    ]);
  });

  test.each([
    ["[unix_http_server]", "section [unix_http_server] has no file value"],
    ["[inet_http_server]", "section [inet_http_server] has no port value"],
    ["[inet_http_server]\nport=70000", "not a valid port number: '70000'"],
    ["[unix_http_server]\nfile=/x\nusername=u", "Section [unix_http_server] contains incomplete authentication"],
    ["[unix_http_server]\nfile=/x\nchown=who", "Invalid sockchown value who"],
    ["[unix_http_server]\nfile=/x\nchmod=abc", "Invalid chmod value abc"],
  ])("%j is refused", (text, problem) => {
    expect(problemOf(`[supervisord]\n${text}`)).toContain(problem);
  });
});

describe("[program:x]", () => {
  test("with a command only has supervisord's defaults", () => {
    const common = { name: "x", group: "x", program: "x", command: "cat" };
    expect(onlyProcess("")).toEqual({ ...PROCESS_DEFAULTS, ...common });
  });

  test.each<{ option: string; expected: Partial<ProcessConfig> }>([
    { option: "priority=5", expected: { priority: 5 } },
    { option: "autostart=off", expected: { autostart: false } },
    { option: "autorestart=TRUE", expected: { autorestart: "always" } },
    { option: "autorestart=0", expected: { autorestart: "never" } },
    { option: "autorestart=Unexpected", expected: { autorestart: "unexpected" } },
    { option: "startsecs=0", expected: { startsecs: 0 } },
    { option: "startretries=20", expected: { startretries: 20 } },
    { option: "exitcodes=0, 7", expected: { exitcodes: [0, 7] } },
    { option: "exitcodes=", expected: { exitcodes: [] } },
    { option: "stopsignal=int", expected: { stopsignal: "SIGINT" } },
    { option: "stopsignal=SIGQUIT", expected: { stopsignal: "SIGQUIT" } },
    { option: "stopsignal=10", expected: { stopsignal: "SIGUSR1" } },
    { option: "stopwaitsecs=2", expected: { stopwaitsecs: 2 } },
    { option: "stopasgroup=true", expected: { stopasgroup: true, killasgroup: true } },
    { option: "killasgroup=true", expected: { stopasgroup: false, killasgroup: true } },
    { option: "user=65534", expected: { user: { name: "nobody", uid: 65534, gid: 65534 } } },
    { option: "directory=/nowhere/%(process_num)d", expected: { directory: "/nowhere/0" } },
    { option: "umask=077", expected: { umask: 0o077 } },
    { option: "serverurl=auto", expected: { serverurl: undefined } },
    { option: "serverurl=http://x:1", expected: { serverurl: "http://x:1" } },
    { option: "process_name=p%(process_num)02d", expected: { name: "p00" } },
    { option: "environment=A=%(group_name)s", expected: { environment: { A: "x" } } },
    { option: "unknown_key=is ignored", expected: {} },
  ])("$option", ({ option, expected }) => {
    expect(onlyProcess(option)).toMatchObject(expected);
  });

  test("has both outputs read", () => {
    const { stdout, stderr } = onlyProcess(
      "stdout_logfile=/var/log/%(program_name)s.log\nstdout_logfile_maxbytes=200KB\nstdout_logfile_backups=1\nstdout_capture_maxbytes=1MB\nstdout_events_enabled=true\nstdout_syslog=true\nstderr_logfile=NONE",
    );
    expect(stdout).toEqual({
      logfile: { kind: "file", path: "/var/log/x.log" },
      maxBytes: 200 * 1024,
      backups: 1,
      captureMaxBytes: 1024 * 1024,
      eventsEnabled: true,
      syslog: true,
    });
    expect(stderr.logfile).toEqual({ kind: "none" });
  });

  test("knows its own environment in its command, and [supervisord]'s in its own", () => {
    const config = parse(
      'environment=A="ga",S="daemon"\n[program:x]\ncommand=%(ENV_B)s %(ENV_A)s\nenvironment=B="%(ENV_A)s!",S="own"',
    );
    expect(config.groups[0]?.processes[0]).toMatchObject({
      command: "ga! ga",
      environment: { A: "ga", B: "ga!", S: "own" },
    });
  });

  test("with numprocs is several processes", () => {
    const config = parse(
      "[program:multi]\ncommand=echo %(process_num)d of %(numprocs)d in %(group_name)s\nprocess_name=%(program_name)s_%(process_num)02d\nnumprocs=3\nnumprocs_start=5",
    );
    expect(namesOf(config)).toEqual(["multi: multi_05 multi_06 multi_07"]);
    expect(config.groups[0]?.processes[1]?.command).toBe("echo 6 of 3 in multi");
  });

  test("may spread a value over lines, and loses what follows a blank and a semicolon", () => {
    expect(onlyProcess("command = sh\n  -c\n  ; a remark\n  true").command).toBe("sh\n-c\ntrue");
    expect(onlyProcess('command=sh -c "a ; b"').command).toBe('sh -c "a');
  });
});

describe("groups", () => {
  test("take their programs, in the order of the list, and come in the order of priority and name", () => {
    const config = parse(
      "[program:ga]\ncommand=cat\npriority=2\n[program:gb]\ncommand=cat\npriority=1\n[group:grp]\nprograms=ga, gb\npriority=5\n[program:z]\ncommand=cat\npriority=-1\n[program:a]\ncommand=cat",
    );
    expect(namesOf(config)).toEqual(["z: z", "grp: ga gb", "a: a"]);
  });

  test("may be empty, which is warned of", () => {
    const config = parse("[group:g]\nprograms=");
    expect(namesOf(config)).toEqual(["g: "]);
    expect(config.notices).toEqual([{ level: "WARN", message: "[group:g] names no programs, so it runs nothing" }]);
  });

  test("may share a program, which then runs once in each", () => {
    const config = parse("[program:m]\ncommand=echo %(group_name)s\n[group:g1]\nprograms=m\n[group:g2]\nprograms=m");
    expect(namesOf(config)).toEqual(["g1: m", "g2: m"]);
    expect(config.groups[1]?.processes[0]).toMatchObject({ group: "g2", command: "echo g2" });
  });
});

describe("[include]", () => {
  const includes = {
    "/demo/conf.d/*.conf": {
      "/demo/conf.d/a.conf": "[program:a]\ncommand=%(here)s/run\nstdout_logfile=%(here)s/../logs/a.log",
      "/demo/conf.d/b.conf": "[supervisord]\nidentifier=included\n[program:main]\ncommand=changed",
    },
  };

  test("reads the files over the main one, each with its own %(here)s", () => {
    const config = parse(
      "identifier=main\n[program:main]\ncommand=%(here)s/run\nautostart=false\n[include]\nfiles = conf.d/*.conf\n  none/*.ini",
      { includes },
    );
    expect(config.daemon.identifier).toBe("included");
    expect(config.groups.flatMap((group) => group.processes)).toMatchObject([
      { name: "a", command: "/demo/conf.d/run", stdout: { logfile: { path: "/demo/conf.d/../logs/a.log" } } },
      { name: "main", command: "changed", autostart: false },
    ]);
    expect(config.notices).toEqual([
      { level: "INFO", message: 'Included extra file "/demo/conf.d/a.conf" during parsing' },
      { level: "INFO", message: 'Included extra file "/demo/conf.d/b.conf" during parsing' },
      { level: "WARN", message: 'No file matches via include "/demo/none/*.ini"' },
    ]);
  });

  test("an [include] in an included file is ignored", () => {
    const nested = { "/demo/x.conf": { "/demo/x.conf": "[include]\nfiles = y.conf" } };
    expect(parse("[include]\nfiles=x.conf", { includes: nested }).notices).toHaveLength(1);
  });

  test("needs files", () => {
    expect(problemOf("[supervisord]\n[include]")).toContain(".ini file has [include] section, but no files setting");
  });
});

describe("what is wrong is said in supervisord's words, with the place", () => {
  const bad = "/demo/conf.d/30-bad.conf";
  const problemIn = (text: string) =>
    problemOf("[supervisord]\n[include]\nfiles=conf.d/*.conf", {
      includes: { "/demo/conf.d/*.conf": { [bad]: text } },
    });
  const program = (options: string) => problemIn(`[program:bad]\n${options}`);
  const at = (line: number, option?: string) =>
    ` in section 'program:bad' (file: '${bad}', line ${line}${option === undefined ? "" : `, option ${option}`})`;

  test.each([
    { options: "autostart=no", message: `program section program:bad does not specify a command${at(1)}` },
    { options: "autorestart=maybe", message: `invalid 'autorestart' value 'maybe'${at(2, "autorestart")}` },
    { options: "user=nosuchuser", message: `Invalid user name nosuchuser${at(2, "user")}` },
    { options: "user=4711", message: `Invalid user id 4711${at(2, "user")}` },
    { options: "stopsignal=FOO", message: `value 'FOO' is not a valid signal name${at(2, "stopsignal")}` },
    {
      options: "command=cat\nnumprocs=2",
      message: `%(process_num) must be present within process_name when numprocs > 1${at(1, "process_name")}`,
    },
    {
      options: "command=cat\nstdout_logfile=/nonexistent/x.log",
      message: `The directory named as part of the path /nonexistent/x.log does not exist${at(3, "stdout_logfile")}`,
    },
    {
      options: "stopasgroup=true\nkillasgroup=false",
      message: `Cannot set stopasgroup=true and killasgroup=false${at(3, "killasgroup")}`,
    },
    { options: "exitcodes=300", message: `not a valid list of exit codes: '300'${at(2, "exitcodes")}` },
    {
      options: "command=cat\nenvironment=A",
      message: `Unexpected end of key/value pairs in value 'A'${at(3, "environment")}`,
    },
    { options: "numprocs=many", message: `a whole number is expected, not 'many'${at(2, "numprocs")}` },
    { options: "umask=9", message: `9 can not be converted to an octal type${at(2, "umask")}` },
    {
      options: "autostart=maybe",
      message: `not a valid boolean value: 'maybe'; true or false is expected${at(2, "autostart")}`,
    },
    {
      options: "command=cat\nstdout_logfile_maxbytes=5TB",
      message: `a number of bytes, optionally with KB, MB or GB is expected, not '5TB'${at(3, "stdout_logfile_maxbytes")}`,
    },
    {
      options: "command=%(ENV_NOPE)s",
      message: `Format string '%(ENV_NOPE)s' for 'program:bad.command' contains names ('ENV_NOPE') which cannot be expanded. Available names: ENV_HOME, ENV_PATH, group_name, here, host_node_name, numprocs, process_num, program_name${at(2, "command")}`,
    },
  ])("$options", ({ options, message }) => {
    expect(program(options)).toBe(message);
  });

  test.each([
    { text: "garbage\n", message: `File contains no section headers.\nfile: '${bad}', line: 1\n'garbage\\n'` },
    {
      text: "[program:bad]\ncommand\n",
      message: `Source contains parsing errors: '${bad}'\n\t[line  2]: 'command\\n' ("command" is neither a [section] nor key = value)`,
    },
    {
      text: "[program:ba:d]\ncommand=cat",
      message: `Invalid name: 'ba:d' because of character: ':' in section 'program:ba:d' (file: '${bad}', line 1)`,
    },
    {
      text: "[group:bad]\nprograms=zip",
      message: `[group:bad] names unknown program or fcgi-program zip in section 'group:bad' (file: '${bad}', line 2, option programs)`,
    },
  ])("$text", ({ text, message }) => {
    expect(problemIn(text)).toBe(message);
  });
});

describe("[fcgi-program:x]", () => {
  const fcgi = (options: string) => `[fcgi-program:web]\ncommand=cat\n${options}`;
  const socketOf = (options: string) => {
    const role = parse(fcgi(options)).groups[0]?.role;
    return role?.kind === "fastcgi" ? role.socket : undefined;
  };
  const unix = { kind: "unix", path: "/run/web.sock", owner: undefined, mode: 0o700, backlog: undefined };

  test.each([
    ["socket=tcp://LocalHost:9000\nsocket_backlog=7", { kind: "tcp", host: "localhost", port: 9000, backlog: 7 }],
    ["socket=unix:///run/%(program_name)s.sock", unix],
    ["socket=unix:///run//x/../web.sock\nsocket_mode=0660", { ...unix, mode: 0o660 }],
    ["socket=unix:///run/web.sock\nsocket_owner=nobody:adm", { ...unix, owner: { uid: 65534, gid: 4 } }],
    ["socket=unix:///run/web.sock\nsocket_owner=nobody", { ...unix, owner: { uid: 65534, gid: -1 } }],
    ["socket=unix:///run/web.sock\nuser=nobody", { ...unix, owner: { uid: 65534, gid: 65534 } }],
  ])("%s", (options, socket) => {
    expect(socketOf(options)).toEqual(socket);
  });

  test.each([
    ["", `[fcgi-program:web] section requires a "socket" line`],
    ["socket=", `[fcgi-program:web] section requires a "socket" line`],
    ["socket=tcp://localhost", "Bad socket format tcp://localhost in [fcgi-program:web] socket"],
    ["socket=tcp://localhost:65536", "65536 is above upper bound (65535) in [fcgi-program:web] socket"],
    ["socket=unix://web.sock", "Unix socket path web.sock is not an absolute path in [fcgi-program:web] socket"],
    [
      "socket=tcp://localhost:1\nsocket_mode=0700",
      "socket_owner and socket_mode params should only be used with a Unix domain socket in [fcgi-program:web] socket",
    ],
    ["socket=unix:///x\nsocket_mode=9", "Invalid socket_mode value 9"],
    ["socket=unix:///x\nsocket_owner=noone", "Invalid socket_owner value noone"],
    ["socket=unix:///x\nsocket_backlog=0", "Invalid socket_backlog value 0"],
  ])("%s is refused", (options, message) => {
    expect(problemOf(`[supervisord]\n${fcgi(options)}`)).toContain(`${message} in section 'fcgi-program:web' (file: `);
  });

  test("runs without its socket in a [group:x], as in the original, and says so", () => {
    const config = parse(`${fcgi("socket=tcp://localhost:1")}\n[group:g]\nprograms=web`);
    expect(config.groups).toMatchObject([{ name: "g", role: { kind: "programs" }, processes: [{ name: "web" }] }]);
    expect(config.notices.map(({ message }) => message)).toEqual([
      "[fcgi-program:web] is in [group:g]: there it runs as a plain program, without its socket",
    ]);
    expect(problemOf(`[supervisord]\n${fcgi("socket=x")}\n[program:web]\n[group:g]\nprograms=web`)).toContain(
      "[group:g] name web is ambiguous (exists as program and fcgi-program)",
    );
  });
});

describe("notices", () => {
  test("warn of what is ignored, once", () => {
    const messages = parse(
      `[rpcinterface:twiddler]\nsupervisor.rpcinterface_factory=x:y\n[program:x]\ncommand=cat\nnumprocs=2\nprocess_name=%(process_num)d\nredirect_stderr=true\nstderr_logfile=/tmp/x\nstdout_logfile_maxbytes=0`,
    ).notices.map(({ level, message }) => `${level} ${message}`);
    expect(messages).toEqual([
      "WARN [rpcinterface:twiddler] is ignored: only supervisor.rpcinterface:make_main_rpcinterface is known, not x:y",
      "WARN For [program:x], AUTO logging used for stdout_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally",
      "WARN For [program:x], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored",
    ]);
  });

  test("the supervisor interface is there when it is asked for", () => {
    expect(parse("").hasSupervisorInterface).toBe(false);
    expect(parse(RPC).hasSupervisorInterface).toBe(true);
  });
});

test("a file laid out as Debian's is read", () => {
  const text = `; comment
[unix_http_server]
file=/var/run/supervisor.sock   ; (where the socket is)
chmod=0700                      ; its mode

[supervisord]
logfile=/var/log/supervisor/supervisord.log ; (main log)
pidfile=/var/run/supervisord.pid ; (pid)
childlogdir=/var/log/supervisor            ; ('AUTO' logs)

${RPC}
[supervisorctl]
serverurl=unix:///var/run/supervisor.sock ; for the client

[include]
files = /etc/supervisor/conf.d/*.conf
`;
  const parsed = parseSupervisordConfig(memorySource(text, { folders: ["/var/run", "/var/log/supervisor"] }));
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      daemon: { logfile: { path: "/var/log/supervisor/supervisord.log" }, childlogdir: "/var/log/supervisor" },
      servers: [{ file: "/var/run/supervisor.sock", chmod: 0o700 }],
      groups: [],
      hasSupervisorInterface: true,
    },
  });
});
