/** Every option that [program:x], [eventlistener:x] and [fcgi-program:x] share does the same in all three. */
import { existsSync } from "node:fs";
import { expect } from "vitest";
import { isAlive } from "../../test/daemon/gateway.ts";
import type { CatalogueItem, PROGRAM_OPTIONS } from "./catalogue.ts";
import type { Daemon } from "./daemon.ts";
import { onBothDaemons, sharedDaemon } from "./suite.ts";

type ProgramOption = (typeof PROGRAM_OPTIONS)[number];

/** What each section cannot be without, besides `command`. */
const REQUIRED = {
  program: "",
  eventlistener: "events=TICK_3600",
  "fcgi-program": "socket=unix://$HERE/%(program_name)s.fcgi",
} as const;

/** Programs write what they find into files: the output of a listener is its protocol. */
function programs(section: keyof typeof REQUIRED): string {
  const named = (name: string, lines: string) => `[${section}:${name}]\n${REQUIRED[section]}\n${lines.trim()}\n`;
  return [
    named("many", "command=sleep infinity\nprocess_name=n%(process_num)02d\nnumprocs=2\nnumprocs_start=5\nstartsecs=0"),
    named(
      "look",
      `command=/bin/sh -c "(id -un; pwd; umask; echo $GREETING; echo $SUPERVISOR_SERVER_URL; echo $SUPERVISOR_ENABLED $SUPERVISOR_PROCESS_NAME $SUPERVISOR_GROUP_NAME) > $HERE/look.tmp; mv $HERE/look.tmp $HERE/look.out; exec sleep infinity"
user=nobody
directory=/usr/lib
umask=027
environment=GREETING="hello, world",OTHER=1
serverurl=http://example.com:1234
startsecs=0`,
    ),
    named("late", "command=sleep infinity\npriority=20\nstartsecs=0"),
    named("early", "command=sleep infinity\npriority=10\nstartsecs=0"),
    named("asleep", "command=sleep infinity\nautostart=false\nstartsecs=0"),
    named(
      "signalled",
      `command=/bin/sh -c "trap 'echo USR2 > $HERE/signalled.out; exit' USR2; touch $HERE/signalled.ready; while :; do sleep 0.05; done"
stopsignal=USR2
startsecs=0`,
    ),
    named(
      "family",
      `command=/bin/sh -c "sleep 1000 & echo $! > $HERE/family.child; wait"
stopasgroup=true
startsecs=0`,
    ),
    named(
      "deaf_family",
      `command=/bin/sh -c "trap '' TERM; sleep 1000 & echo $! > $HERE/deaf_family.child; wait"
killasgroup=true
stopwaitsecs=1
startsecs=0`,
    ),
    named("again", `command=/bin/sh -c "echo start >> $HERE/again.out; sleep 0.2"\nautorestart=true\nstartsecs=0`),
    named("once", "command=/bin/sh -c 'sleep 0.2; exit 3'\nexitcodes=3,4\nautorestart=unexpected\nstartsecs=0"),
    named("quick", `command=/bin/sh -c "echo try >> $HERE/quick.out"\nstartretries=1\nstartsecs=5`),
    named(
      "chatty",
      `command=/bin/sh -c "i=0; while [ $i -lt 12 ]; do i=$((i+1)); echo out out out out out out out out out $i; echo err err err err err err err err err $i >&2; until grep -qsw $i $HERE/chatty-out.log* && grep -qsw $i $HERE/chatty-err.log*; do sleep 0.05; done; done; touch $HERE/chatty.done; exec sleep infinity"
stdout_logfile=$HERE/chatty-out.log
stdout_logfile_maxbytes=60
stdout_logfile_backups=2
stderr_logfile=$HERE/chatty-err.log
stderr_logfile_maxbytes=60
stderr_logfile_backups=1
startsecs=0`,
    ),
    named(
      "described",
      `command=sleep infinity
autostart=false
directory=/usr
killasgroup=true
startretries=7
startsecs=8
exitcodes=1,2
stopsignal=HUP
stopwaitsecs=9
priority=77
serverurl=http://example.com
stdout_logfile=NONE
stdout_logfile_maxbytes=1KB
stdout_logfile_backups=3
stdout_capture_maxbytes=2KB
stdout_events_enabled=true
stdout_syslog=true
stderr_logfile=$HERE/described.log
stderr_logfile_maxbytes=3MB
stderr_logfile_backups=4
stderr_capture_maxbytes=4KB
stderr_events_enabled=true
stderr_syslog=true`,
    ),
  ].join("");
}

for (const section of ["program", "eventlistener", "fcgi-program"] as const) {
  const covers = (...options: readonly ProgramOption[]): readonly CatalogueItem[] =>
    options.map((option) => `option ${section} ${option}` as const);

  onBothDaemons(`the options of [${section}:x]`, ({ kind, spec }) => {
    const daemon = sharedDaemon(kind, { programs: programs(section) });

    spec("numprocs makes several", covers("command", "process_name", "numprocs", "numprocs_start"), async () => {
      await daemon().until("many:n05", "RUNNING");
      await daemon().until("many:n06", "RUNNING");
      await expect(daemon().info("many:n07")).rejects.toThrow("BAD_NAME");
    });

    spec(
      "user, directory, umask, environment and serverurl are those of the child",
      covers("user", "directory", "umask", "environment", "serverurl"),
      async () => {
        const found = await daemon().untilFile("look.out", "\n");
        expect(found.split("\n")).toEqual([
          "nobody",
          "/usr/lib",
          "0027",
          "hello, world",
          "http://example.com:1234",
          "1 look look",
          "",
        ]);
      },
    );

    spec("priority orders the starts", covers("priority"), async () => {
      await daemon().until("late", "RUNNING");
      await daemon().until("early", "RUNNING");
      expect(daemon().read("main.log")).toMatch(/spawned: 'early'[\s\S]*spawned: 'late'/);
    });

    spec("autostart=false waits for a request", covers("autostart"), async () => {
      await daemon().until("late", "RUNNING");
      expect(await daemon().info("asleep")).toMatchObject({ statename: "STOPPED", start: 0 });
    });

    spec("stopsignal is sent", covers("stopsignal"), async () => {
      await daemon().eventually("the trap", () => existsSync(daemon().file("signalled.ready")));
      await daemon().call("stopProcess", "signalled");
      expect(daemon().read("signalled.out")).toBe("USR2\n");
    });

    spec(
      "stopasgroup and killasgroup reach the children's children",
      covers("stopasgroup", "killasgroup", "stopwaitsecs"),
      async () => {
        for (const name of ["family", "deaf_family"]) {
          const child = Number(await daemon().untilFile(`${name}.child`, "\n"));
          expect(isAlive(child)).toBe(true);
          await daemon().call("stopProcess", name);
          await daemon().eventually(`the end of ${child}`, () => !isAlive(child));
        }
        expect(daemon().read("main.log")).toContain("killing 'deaf_family'");
        expect(daemon().read("main.log")).not.toContain("killing 'family'");
      },
    );

    spec(
      "autorestart, exitcodes and startretries say how often",
      covers("autorestart", "exitcodes", "startretries", "startsecs"),
      async () => {
        await daemon().untilFile("again.out", /(start\n){2}/);
        expect(await daemon().until("once", "EXITED")).toMatchObject({ exitstatus: 3 });
        await daemon().until("quick", "FATAL");
        expect(daemon().read("quick.out")).toBe("try\ntry\n");
        expect(startsOf(daemon(), "once")).toBe(1);
      },
    );

    spec(
      "logs rotate as each channel says",
      covers(
        "stdout_logfile",
        "stdout_logfile_maxbytes",
        "stdout_logfile_backups",
        "stderr_logfile",
        "stderr_logfile_maxbytes",
        "stderr_logfile_backups",
      ),
      async () => {
        await daemon().eventually("twelve lines", () => existsSync(daemon().file("chatty.done")));
        for (const name of [
          "chatty-out.log",
          "chatty-out.log.1",
          "chatty-out.log.2",
          "chatty-err.log",
          "chatty-err.log.1",
        ]) {
          expect(existsSync(daemon().file(name)), name).toBe(true);
        }
        expect(daemon().read("chatty-out.log.1").length).toBeGreaterThanOrEqual(60);
        expect(existsSync(daemon().file("chatty-out.log.3"))).toBe(false);
        expect(existsSync(daemon().file("chatty-err.log.2"))).toBe(false);
      },
    );

    spec(
      "getAllConfigInfo tells what was read",
      covers(
        "stdout_capture_maxbytes",
        "stdout_events_enabled",
        "stdout_syslog",
        "stderr_capture_maxbytes",
        "stderr_events_enabled",
        "stderr_syslog",
      ),
      async () => {
        const configs = (await daemon().call("getAllConfigInfo")) as readonly { name: string }[];
        expect(configs.find(({ name }) => name === "described")).toMatchObject({
          autostart: false,
          directory: "/usr",
          killasgroup: true,
          startretries: 7,
          startsecs: 8,
          exitcodes: [1, 2],
          stopsignal: 1,
          stopwaitsecs: 9,
          process_prio: 77,
          group_prio: 77,
          serverurl: "http://example.com",
          stdout_logfile: "none",
          stdout_logfile_maxbytes: 1024,
          stdout_logfile_backups: 3,
          stdout_capture_maxbytes: 2048,
          stdout_events_enabled: true,
          stdout_syslog: true,
          stderr_logfile: expect.stringMatching(/described\.log$/),
          stderr_logfile_maxbytes: 3 * 1024 * 1024,
          stderr_logfile_backups: 4,
          stderr_capture_maxbytes: 4096,
          stderr_events_enabled: true,
          stderr_syslog: true,
        });
      },
    );
  });
}

onBothDaemons("redirect_stderr", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, {
    programs: ["program", "fcgi-program"]
      .map(
        (section) => `[${section}:${section}]
${REQUIRED[section as "program"]}
command=/bin/sh -c "echo one; echo two >&2; exec sleep infinity"
redirect_stderr=true
stdout_logfile=$HERE/${section}.log
startsecs=0
`,
      )
      .join(""),
  });

  for (const section of ["program", "fcgi-program"] as const) {
    spec(`puts both outputs of a ${section} into one log`, [`option ${section} redirect_stderr`], async () => {
      expect(await daemon().untilFile(`${section}.log`, /two\n/)).toBe("one\ntwo\n");
      expect((await daemon().info(section)).stderr_logfile).toBe("");
    });
  }
});

function startsOf(daemon: Daemon, name: string): number {
  return daemon.read("main.log").split(`spawned: '${name}'`).length - 1;
}
