/** Our supervisorctl and the original, each at a supervisord of its own, do the same things and have to say the same. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { EndedProgram } from "@gateway-engine/testkit/launched-program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Daemon } from "./black-box/daemon.ts";
import { OUR_SUPERVISORCTL, REAL, REAL_SUPERVISORCTL } from "./black-box/kinds.ts";
import { run } from "./black-box/run.ts";

const PROGRAMS = `
[program:cat]
command=/bin/cat
startsecs=0
[program:manual]
command=sleep infinity
autostart=false
startsecs=0
[program:quick_fail]
command=/bin/sh -c "exit 3"
autostart=false
startretries=0
[program:nofile]
command=/nonexistent/prog --x
autostart=false
[program:noexec]
command=/etc/passwd
autostart=false
[program:isdir]
command=/tmp
autostart=false
[program:badquote]
command=echo "unterminated
autostart=false
[program:hup]
command=/bin/sh -c "trap 'echo got USR1' USR1; echo ready; while :; do sleep 0.05; done"
startsecs=0
[program:multi]
command=/bin/sh -c "echo multi %(process_num)d; exec sleep infinity"
process_name=%(program_name)s_%(process_num)02d
numprocs=2
numprocs_start=5
startsecs=0
[program:ga]
command=sleep infinity
priority=2
startsecs=0
[program:gb]
command=sleep infinity
priority=1
startsecs=0
[group:grp]
programs=ga,gb
priority=5
[program:a_program_with_a_very_long_name_indeed_0123456789]
command=sleep infinity
startsecs=0
[program:sep]
command=/bin/sh -c "echo out-line; echo err-line 1>&2; exec sleep infinity"
startsecs=0
[program:both]
command=/bin/sh -c "echo out-line; echo err-line 1>&2; exec sleep infinity"
redirect_stderr=true
startsecs=0
[program:nolog]
command=sleep infinity
stdout_logfile=NONE
stderr_logfile=NONE
startsecs=0
`;

/** One client at its own daemon; folders, pids and times are made alike. */
class Side {
  readonly daemon: Daemon;
  readonly #program: string;

  constructor(daemon: Daemon, program: string) {
    this.daemon = daemon;
    this.#program = program;
  }

  async ask(args: readonly string[], input = ""): Promise<EndedProgram> {
    const outcome = await run(this.#program, ["-c", this.daemon.configFile, ...args], input);
    return { ...outcome, stdout: this.#alike(outcome.stdout), stderr: this.#alike(outcome.stderr) };
  }

  /** The output of a command that never ends by itself, up to `text`, then Ctrl-C. */
  async follow(args: readonly string[], text: string): Promise<string> {
    const child = spawn(this.#program, ["-c", this.daemon.configFile, ...args], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let shown = "";
    for await (const chunk of child.stdout) {
      shown += String(chunk);
      if (shown.includes(text)) break;
    }
    const ended = child.exitCode === null ? once(child, "exit") : undefined;
    child.kill("SIGINT");
    await ended;
    return this.#alike(shown);
  }

  #alike(text: string): string {
    return text
      .replaceAll(this.daemon.folder, "/demo")
      .replaceAll(/: file: .* line: \d+$/gm, "")
      .replaceAll(/pid \d+, uptime [\d:]+/g, "pid N, uptime T")
      .replaceAll(/^((?:supervisor> )*)[1-9]\d*$/gm, "$1N")
      .replaceAll(/[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/g, "DATE")
      .replaceAll("/usr/bin/supervisorctl", "supervisorctl");
  }
}

let real: Side;
let ours: Side;

beforeAll(async () => {
  const daemons = await Promise.all([1, 2].map(() => Daemon.start(REAL, { programs: PROGRAMS })));
  const [one, other] = daemons;
  if (one === undefined || other === undefined) throw new Error("two supervisords were started");
  real = new Side(one, REAL_SUPERVISORCTL);
  ours = new Side(other, OUR_SUPERVISORCTL);
  await both((side) => side.daemon.until("sep", "RUNNING"));
  await both((side) => side.follow(["tail", "-f", "hup"], "ready"));
});

afterAll(async () => {
  await both((side) => side.daemon[Symbol.asyncDispose]());
});

async function both<Value>(act: (side: Side) => Promise<Value>): Promise<readonly [Value, Value]> {
  const results = await Promise.all([act(real), act(ours)]);
  return [results[0], results[1]];
}

async function expectSame(command: string): Promise<void> {
  const [expected, actual] = await both((side) => side.ask(command.split(" ").filter(Boolean)));
  expect(actual).toEqual(expected);
}

/** Answers for several processes come in the order in which they are done, and unknown groups in that of a Python set: a matter of luck. */
async function expectSameLines(command: string): Promise<void> {
  const [expected, actual] = await both((side) => side.ask(command.split(" ")));
  const lines = (outcome: EndedProgram) => ({ ...outcome, stdout: outcome.stdout.split("\n").sort() });
  expect(lines(actual)).toEqual(lines(expected));
}

describe("the same output and exit status", () => {
  test.each(
    `
    status | status cat | status manual | status multi:* | status multi: | status multi_05 | status grp
    status grp:* cat nosuch | status nosuch:* | status nosuch:x | status all
    avail | avail x | version | version x | pid | pid cat | pid all | pid manual | pid nosuch | pid nosuch cat
    start | stop | restart | start nosuch | stop nosuch | restart nosuch | start nosuch:* | stop nosuch:*
    start cat | start grp:ga | stop manual | start nofile | start noexec | start isdir | start badquote
    start manual | start manual | stop manual | restart manual | restart cat | restart manual nosuch
    start quick_fail | status nofile | signal | signal HUP | signal USR1 hup | signal SIGUSR1 hup | signal 10 hup
    signal FOO hup | signal FOO grp:* | signal HUP nosuch | signal HUP nofile | signal HUP nosuch:* | signal 0 cat
    tail | tail a b c d | tail sep | tail -4 sep | tail -0 sep | tail --3 sep | tail -x sep | tail -5 | tail sep foo
    tail sep stderr | tail sep stdout | tail sep x stderr | tail both | tail both stderr | tail nolog
    tail nolog stderr | tail nosuch | tail multi:* | tail multi:multi_05 | maintail foo | maintail -z | maintail a b
    clear | clear nosuch | clear multi:* | clear cat | tail cat | fg | fg nosuch | fg manual_ | fg nofile | fg a b
    open ftp://x | open | reread | reread x | update | update nosuch | update all | add | add cat
    add nosuch | add nosuch cat | remove | remove cat | remove nosuch | reload x | shutdown x | nosuchcmd | nosuch x y
    help | help start | help help | help nosuch | help maintail | help signal | help update | ? | quit | exit
    `
      .split(/[|\n]/)
      .map((command) => command.trim())
      .filter(Boolean),
  )("%s", expectSame);

  test.each([
    "stop grp:*",
    "start grp:*",
    "restart multi:* cat",
    "signal CONT grp:*",
    "stop all",
    "start all",
    "update x y",
  ])("%s, in any order", expectSameLines);

  test.each([
    ["-z"],
    ["-s"],
    ["--nosuch"],
    ["-s", "nourl", "status"],
    ["-c", "/x", "-c", "/y"],
    ["-c", "/nonexistent"],
  ])("of a wrong command line: %s %s", async (...args) => {
    const words = args.filter((word) => typeof word === "string");
    const expected = await run(REAL_SUPERVISORCTL, words);
    const actual = await run(OUR_SUPERVISORCTL, words);
    expect(actual).toEqual({ ...expected, stderr: expected.stderr.replace("/usr/bin/", "") });
  });

  test.each([
    ["unix:///nonexistent.sock", "status"],
    ["unix:///nonexistent.sock", "pid"],
    ["unix:///nonexistent.sock", "shutdown"],
    ["unix:///nonexistent.sock", "reread"],
    ["http://127.0.0.1:1", "status"],
    ["http://127.0.0.1:1", "start"],
    ["http://127.0.0.1:1", "shutdown"],
  ])("when nobody answers at %s: %s", async (url, action) => {
    const [expected, actual] = await both((side) => side.ask(["-s", url, action]));
    expect(actual).toEqual(expected);
  });
});

describe("following a log", () => {
  test("tail -f shows what is there, and what comes", async () => {
    const [expected, actual] = await both(async (side) => {
      const shown = side.follow(["tail", "-f", "cat"], "second");
      for (const text of ["first", "second"]) await side.daemon.call("sendProcessStdin", "cat", `${text}\n`);
      return shown;
    });
    expect(actual).toBe("==> Press Ctrl-C to exit <==\nfirst\nsecond\n");
    expect(actual).toBe(expected);
  });

  test("tail -f of a program that does not exist says so", async () => {
    await expectSame("tail -f nosuch");
  });
});

describe("the interactive shell", () => {
  test("shows the status, runs line by line, and ends with status 0", async () => {
    const input = "pid cat\n\nstop manual\nnosuch\nshutdown\nn\nhelp start\n";
    const [expected, actual] = await both((side) => side.ask([], input));
    expect(actual).toEqual(expected);
    expect(actual.status).toBe(0);
    expect(actual.stdout).toContain("supervisor> N\n");
  });
});

describe("a changed configuration", () => {
  const steps: readonly { readonly what: string; readonly write: string; readonly commands: readonly string[] }[] = [
    {
      what: "a new program",
      write: "[program:newprog]\ncommand=sleep infinity\nstartsecs=0\n[program:zz]\ncommand=cat\nautostart=false",
      commands: ["reread", "status newprog", "avail", "add newprog", "reread", "update", "status zz"],
    },
    {
      what: "a changed program",
      write: "[program:newprog]\ncommand=sleep 1000000\nstartsecs=0\n[program:zz]\ncommand=cat\nautostart=false",
      commands: ["reread", "update nosuch", "update newprog", "update"],
    },
    {
      what: "removed programs",
      write: "",
      commands: ["reread", "remove newprog", "stop newprog", "remove newprog", "start newprog", "update", "status"],
    },
    {
      what: "a configuration that cannot be read",
      write: "[program:bad]\nautostart=no",
      commands: ["reread", "update", "status cat"],
    },
  ];

  test.each(steps)("$what", async ({ write, commands }) => {
    await both(async (side) => side.daemon.write("conf.d/b.conf", write));
    for (const command of commands) await expectSame(command);
  });

  afterAll(async () => {
    await both(async (side) => side.daemon.remove("conf.d/b.conf"));
  });
});

describe("a server with a password", () => {
  test("is let in with the right one, and told so with a wrong one", async () => {
    const server = "username=u1\npassword={SHA}82ab876d1387bfafe46cc1c8a2ef074eae50cb1d";
    const client = "username=u1\npassword=thepassword";
    const programs = "[program:cat]\ncommand=cat\n";
    await using daemon = await Daemon.start(REAL, { programs, server, sections: `[supervisorctl]\n${client}` });
    for (const args of [["pid"], ["-u", "u1", "-p", "wrong", "status"], ["-u", "", "-p", "", "pid"]]) {
      const expected = await new Side(daemon, REAL_SUPERVISORCTL).ask(args);
      expect(await new Side(daemon, OUR_SUPERVISORCTL).ask(args)).toEqual(expected);
    }
  });
});

describe("at the end", () => {
  test("shutdown, and what is said while a stubborn program keeps supervisord alive, and after", async () => {
    const stubborn = `[program:stubborn]\ncommand=/bin/sh -c "trap '' TERM; echo deaf; until [ -e $HERE/conf.d/b.conf ]; do sleep 0.1; done"\nstopwaitsecs=60\nstartsecs=0`;
    await both(async (side) => side.daemon.write("conf.d/c.conf", stubborn));
    await expectSame("update");
    await both((side) => side.follow(["tail", "-f", "stubborn"], "deaf"));
    for (const command of ["shutdown", "status cat", "start cat", "shutdown", "reload", "reread", "avail", "update"]) {
      await expectSame(command);
    }
    await both(async (side) => side.daemon.write("conf.d/b.conf", "stubborn may end"));
    await both((side) => side.daemon.ended());
    for (const command of ["shutdown", "start cat", "pid", "tail cat", "status"]) await expectSame(command);
  });
});
