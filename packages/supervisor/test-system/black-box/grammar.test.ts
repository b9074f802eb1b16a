/** How configuration files are read. */
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { expect } from "vitest";
import { Daemon } from "./daemon.ts";
import { onBothDaemons, refusal, sharedDaemon } from "./suite.ts";

/** Nothing of it runs: what was read is asked for. */
const PROGRAMS = `
; a comment
# another; with words = in it
[program:colon]
COMMAND: sleep 1
AutoStart : NO
unknown = ignored

[program:behind]
command=sh -c "sleep 2" ; the rest of the line
autostart=off
directory=/usr#lib

[program:continued]
command=sh -c
  "sleep 3"
; in between
  -- more
autostart=0

[program:twice]
command=first
command=second
autostart=false
[nosuchsection]
x=y
[program:twice]
startsecs=9

[program:expression]
command=%(program_name)s %(group_name)s %(process_num)02d %(numprocs)d 100%% %(host_node_name)s %(ENV_GREETING)s %(ENV_OWN)s %(here)s
process_name=p%(process_num)d
environment=OWN="own, %(program_name)s"
numprocs=1
autostart=false

[program:shared]
command=cat
autostart=false
[group:first]
programs=shared
[group:second]
programs=shared , colon

[program:sizes]
command=cat
autostart=false
stdout_logfile_maxbytes=2kb
stderr_logfile_maxbytes=3MB
stopsignal=sigusr1
redirect_stderr=ON
`;

onBothDaemons("a configuration file", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, { programs: PROGRAMS, env: { GREETING: "hello" } });
  const configOf = async (name: string, group?: string) => {
    const all = (await daemon().call("getAllConfigInfo")) as readonly { name: string; group: string }[];
    return all.find((config) => config.name === name && (group === undefined || config.group === group));
  };

  spec(
    "takes = and :, names in any case, and leaves out what it does not know",
    [
      "grammar = and : as delimiters",
      "grammar option names in any case",
      "grammar unknown sections and keys",
      "grammar comments on lines of their own",
      "grammar booleans",
    ],
    async () => {
      expect(await configOf("colon")).toMatchObject({ command: "sleep 1", autostart: false });
    },
  );

  spec("takes comments behind a blank, and only there", ["grammar comments behind a value"], async () => {
    expect(await configOf("behind")).toMatchObject({
      command: 'sh -c "sleep 2"',
      directory: "/usr#lib",
      autostart: false,
    });
  });

  spec("goes on with lines that are indented", ["grammar continued lines"], async () => {
    expect(await configOf("continued")).toMatchObject({ command: 'sh -c\n"sleep 3"\n-- more', autostart: false });
  });

  spec(
    "joins sections, and takes the last of two keys",
    ["grammar a section twice", "grammar a key twice"],
    async () => {
      expect(await configOf("twice")).toMatchObject({ command: "second", startsecs: 9 });
    },
  );

  spec(
    "fills in expressions",
    [
      "grammar %(name)s, %(name)02d and %%",
      "grammar %(ENV_x)s",
      "grammar %(here)s of an included file",
      "grammar %(host_node_name)s",
    ],
    async () => {
      expect(await configOf("p0")).toMatchObject({
        command: `expression expression 00 1 100% ${hostname()} hello own, expression ${daemon().file("conf.d")}`,
      });
    },
  );

  spec(
    "runs a program once in each of its groups",
    ["grammar a program in two groups", "option group programs"],
    async () => {
      expect(await configOf("shared", "first")).toMatchObject({ group: "first" });
      expect(await configOf("shared", "second")).toMatchObject({ group: "second" });
      expect(await configOf("colon", "second")).toMatchObject({ group: "second" });
      expect(await configOf("colon", "colon")).toBeUndefined();
    },
  );

  spec(
    "takes sizes, booleans and signals as they are written",
    ["grammar sizes", "grammar signals", "grammar booleans"],
    async () => {
      expect(await configOf("sizes")).toMatchObject({
        stdout_logfile_maxbytes: 2048,
        stderr_logfile_maxbytes: 3 * 1024 * 1024,
        stopsignal: 10,
        redirect_stderr: true,
      });
    },
  );
});

onBothDaemons("words and values", ({ kind, spec }) => {
  spec(
    "of a command and of environment are quoted",
    ["grammar quotes in a command", "grammar environment"],
    async () => {
      await using daemon = await Daemon.start(kind, {
        programs: `[program:quoted]
command=/bin/sh -c 'for word in "$@"; do echo "[$word]"; done > $HERE/quoted.tmp; echo "$ONE|$TWO|$THREE" >> $HERE/quoted.tmp; mv $HERE/quoted.tmp $HERE/quoted.out; exec sleep 100' sh one "two words" 'three "quoted" words' back\\ slash
environment=ONE="a,b",TWO=c:d/e-f.g,
  THREE='x y'
startsecs=0`,
      });
      expect((await daemon.untilFile("quoted.out", "|")).split("\n")).toEqual([
        "[one]",
        "[two words]",
        '[three "quoted" words]',
        "[back slash]",
        "a,b|c:d/e-f.g|x y",
        "",
      ]);
    },
  );
});

onBothDaemons("[include]", ({ kind, spec }) => {
  spec(
    "takes in files in order, relative to the main one",
    ["option include files", "grammar relative includes in order", "grammar an include that matches nothing"],
    async () => {
      await using daemon = new Daemon(kind, { sections: "[include]\nfiles=more/*.ini  conf.d/*.conf nosuch/*" });
      mkdirSync(daemon.file("more"));
      const program = (command: string) => `[program:x]\ncommand=${command}\nautostart=false\n`;
      daemon.write("more/b.ini", program("from-b"));
      daemon.write("more/a.ini", program("from-a"));
      daemon.write("more/ignored.txt", program("ignored"));
      await daemon.start();
      expect(await daemon.call("getAllConfigInfo")).toMatchObject([{ name: "x", command: "from-b" }]);
      const log = daemon.read("main.log");
      expect(log).toMatch(/INFO Included extra file "\S*a\.ini" during parsing[\s\S]*b\.ini/);
      expect(log).toMatch(/WARN No file matches via include "\S*nosuch\/\*"/);
    },
  );
});

onBothDaemons("a configuration that is wrong", ({ kind, spec }) => {
  spec(
    "is refused with the reason",
    [
      "grammar an unknown name in an expression",
      "grammar a malformed expression",
      "grammar an invalid name",
      "grammar a required option is missing",
    ],
    async () => {
      const refused = (programs: string) => refusal(kind, { programs });
      expect(await refused("[program:x]\ncommand=%(nosuch)s\n")).toContain(
        "Format string '%(nosuch)s' for 'program:x.command' contains names ('nosuch') which cannot be expanded. Available names: ",
      );
      expect(await refused("[program:x]\ncommand=%(here)\n")).toContain(
        "Format string '%(here)' for 'program:x.command' is badly formatted: ",
      );
      expect(await refused("[program:a:b]\ncommand=cat\n")).toContain("Invalid name: 'a:b' because of character: ':'");
      expect(await refused("[program:x]\nautostart=no\n")).toContain(
        "program section program:x does not specify a command in section 'program:x' (file: '",
      );
      expect(await refused("[program:x]\ncommand=cat\nnumprocs=2\n")).toContain(
        "%(process_num) must be present within process_name when numprocs > 1",
      );
      expect(await refused("[group:x]\nprograms=nosuch\n")).toContain(
        "[group:x] names unknown program or fcgi-program nosuch",
      );
    },
  );
});
