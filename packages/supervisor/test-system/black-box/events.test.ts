/** The events that listeners get: their names, headers and payloads. */
import { expect } from "vitest";
import { outOfReach, rootOf, writeRootMaker } from "./as-root.ts";
import type { CatalogueItem, EVENTS } from "./catalogue.ts";
import { Daemon } from "./daemon.ts";
import { LISTENER, recordedEvents, untilEvent } from "./recorded-events.ts";
import { onBothDaemons, sharedDaemon } from "./suite.ts";

const MANUAL = "autostart=false\nstartsecs=0";

function listener(name: string, events: string): string {
  return `[eventlistener:${name}]\ncommand=${LISTENER} $HERE/${name}.events\nevents=${events}\nbuffer_size=500\n`;
}

const covers = (...names: readonly (typeof EVENTS)[number][]): readonly CatalogueItem[] =>
  names.map((name) => `event ${name}` as const);

onBothDaemons("a listener is told", ({ kind, spec }) => {
  const daemon = sharedDaemon(kind, {
    supervisord: "identifier=teller",
    programs: `
${listener("all", "EVENT")}
${listener("states", "PROCESS_STATE")}
${listener("some", "PROCESS_STATE_FATAL,PROCESS_STATE_EXITED,PROCESS_LOG_STDERR,TICK_5,PROCESS_GROUP_ADDED,PROCESS_COMMUNICATION_STDERR")}
${listener("output", "PROCESS_LOG, PROCESS_COMMUNICATION")}
${listener("rest", "REMOTE_COMMUNICATION,TICK,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE")}
[program:lasting]
command=sleep infinity
${MANUAL}
[program:leaving]
command=/bin/sh -c "sleep 0.3; exit 2"
autorestart=false
${MANUAL}
[program:failing]
command=/bin/false
startretries=1
autostart=false
[program:talking]
command=/bin/sh -c "echo said; echo cried >&2; exec sleep infinity"
stdout_events_enabled=true
stderr_events_enabled=true
${MANUAL}
[program:reporting]
command=/bin/sh -c "printf 'before<!--XSUPERVISOR:BEGIN-->out there<!--XSUPERVISOR:END-->after, and it goes on for a while'; printf '<!--XSUPERVISOR:BEGIN-->wrong there<!--XSUPERVISOR:END-->after, and it goes on for a while' >&2; exec sleep infinity"
stdout_capture_maxbytes=1KB
stderr_capture_maxbytes=1KB
stdout_logfile=$HERE/reporting.log
${MANUAL}
`,
  });

  spec("of the daemon's own start", covers("SUPERVISOR_STATE_CHANGE", "SUPERVISOR_STATE_CHANGE_RUNNING"), async () => {
    const { payload } = await untilEvent(daemon(), "rest.events", { name: "SUPERVISOR_STATE_CHANGE_RUNNING" });
    expect(payload).toBe("");
  });

  spec(
    "of a process that starts, runs and is stopped, with its pid",
    covers(
      "EVENT",
      "PROCESS_STATE",
      "PROCESS_STATE_STARTING",
      "PROCESS_STATE_RUNNING",
      "PROCESS_STATE_STOPPING",
      "PROCESS_STATE_STOPPED",
    ),
    async () => {
      await daemon().call("startProcess", "lasting");
      const { pid } = await daemon().info("lasting");
      await daemon().call("stopProcess", "lasting");
      for (const file of ["all.events", "states.events"]) {
        const told = async (state: string) =>
          (await untilEvent(daemon(), file, { name: `PROCESS_STATE_${state}`, payload: /processname:lasting / }))
            .payload;
        expect(await told("STARTING")).toBe("processname:lasting groupname:lasting from_state:STOPPED tries:0");
        expect(await told("RUNNING")).toBe(`processname:lasting groupname:lasting from_state:STARTING pid:${pid}`);
        expect(await told("STOPPING")).toBe(`processname:lasting groupname:lasting from_state:RUNNING pid:${pid}`);
        expect(await told("STOPPED")).toBe(`processname:lasting groupname:lasting from_state:STOPPING pid:${pid}`);
      }
    },
  );

  spec("of an exit, and whether it was expected", covers("PROCESS_STATE_EXITED"), async () => {
    await daemon().call("startProcess", "leaving");
    const { payload } = await untilEvent(daemon(), "some.events", { name: "PROCESS_STATE_EXITED", payload: /leaving/ });
    expect(payload).toMatch(/^processname:leaving groupname:leaving from_state:RUNNING expected:0 pid:\d+$/);
  });

  spec("of failed starts, with their number", covers("PROCESS_STATE_BACKOFF", "PROCESS_STATE_FATAL"), async () => {
    await daemon()
      .call("startProcess", "failing", false)
      .catch(() => undefined);
    await untilEvent(daemon(), "some.events", { name: "PROCESS_STATE_FATAL", payload: /failing/ });
    const payloads = () =>
      recordedEvents(daemon(), "states.events")
        .filter(({ payload }) => payload.startsWith("processname:failing"))
        .map(({ name, payload }) => `${name.replace("PROCESS_STATE_", "")} ${payload.split(" ").slice(2).join(" ")}`);
    await daemon().eventually("FATAL", () => payloads().length === 5);
    expect(payloads()).toEqual([
      "STARTING from_state:STOPPED tries:0",
      "BACKOFF from_state:STARTING tries:1",
      "STARTING from_state:BACKOFF tries:1",
      "BACKOFF from_state:STARTING tries:2",
      "FATAL from_state:BACKOFF",
    ]);
  });

  spec(
    "of output, where that is switched on",
    [
      ...covers("PROCESS_LOG", "PROCESS_LOG_STDOUT", "PROCESS_LOG_STDERR"),
      "option program stdout_events_enabled",
      "option program stderr_events_enabled",
    ],
    async () => {
      await daemon().call("startProcess", "talking");
      const { pid } = await daemon().info("talking");
      const said = await untilEvent(daemon(), "output.events", { name: "PROCESS_LOG_STDOUT" });
      expect(said.payload).toBe(`processname:talking groupname:talking pid:${pid} channel:stdout\nsaid\n`);
      const cried = await untilEvent(daemon(), "some.events", { name: "PROCESS_LOG_STDERR" });
      expect(cried.payload).toBe(`processname:talking groupname:talking pid:${pid} channel:stderr\ncried\n`);
    },
  );

  spec(
    "of what stands between the tokens in a program's output, which is left out of the log",
    [
      ...covers("PROCESS_COMMUNICATION", "PROCESS_COMMUNICATION_STDOUT", "PROCESS_COMMUNICATION_STDERR"),
      "option program stdout_capture_maxbytes",
      "option program stderr_capture_maxbytes",
      "logs capture: between the tokens, not in the log",
    ],
    async () => {
      await daemon().call("startProcess", "reporting");
      const { pid } = await daemon().info("reporting");
      const out = await untilEvent(daemon(), "output.events", { name: "PROCESS_COMMUNICATION_STDOUT" });
      expect(out.payload).toBe(`processname:reporting groupname:reporting pid:${pid}\nout there`);
      const wrong = await untilEvent(daemon(), "some.events", { name: "PROCESS_COMMUNICATION_STDERR" });
      expect(wrong.payload).toBe(`processname:reporting groupname:reporting pid:${pid}\nwrong there`);
      await daemon().call("stopProcess", "reporting");
      expect(await daemon().untilFile("reporting.log", "a while")).toBe("beforeafter, and it goes on for a while");
    },
  );

  spec("of what others send", covers("REMOTE_COMMUNICATION"), async () => {
    await daemon().call("sendRemoteCommEvent", "weather", "rain\nand wind");
    const event = await untilEvent(daemon(), "rest.events", { name: "REMOTE_COMMUNICATION" });
    expect(event.payload).toBe("type:weather\nrain\nand wind");
    expect(event.header).toMatchObject({
      ver: "3.0",
      server: "teller",
      serial: expect.stringMatching(/^\d+$/),
      pool: "rest",
      poolserial: expect.stringMatching(/^\d+$/),
      len: String(event.payload.length),
    });
  });

  spec("of the time", covers("TICK", "TICK_5"), async () => {
    for (const file of ["some.events", "rest.events"]) {
      const { payload } = await untilEvent(daemon(), file, { name: "TICK_5" });
      expect(payload).toMatch(/^when:\d+$/);
      expect(Number(payload.slice("when:".length)) % 5).toBe(0);
    }
  });

  spec(
    "of groups that come and go",
    covers("PROCESS_GROUP", "PROCESS_GROUP_ADDED", "PROCESS_GROUP_REMOVED"),
    async () => {
      daemon().write("conf.d/later.conf", "[program:later]\ncommand=sleep infinity\nautostart=false\n");
      await daemon().call("reloadConfig");
      await daemon().call("addProcessGroup", "later");
      await daemon().call("removeProcessGroup", "later");
      const payload = /^groupname:later\n$/;
      await untilEvent(daemon(), "some.events", { name: "PROCESS_GROUP_ADDED", payload });
      await untilEvent(daemon(), "rest.events", { name: "PROCESS_GROUP_ADDED", payload });
      await untilEvent(daemon(), "rest.events", { name: "PROCESS_GROUP_REMOVED", payload });
    },
  );

  spec("only of what it asked for", [], async () => {
    await untilEvent(daemon(), "some.events", { name: "TICK_5" });
    const names = new Set(recordedEvents(daemon(), "some.events").map(({ name }) => name));
    for (const name of names) expect(name).not.toMatch(/STARTING|RUNNING|STDOUT|REMOVED/);
  });
});

onBothDaemons("a listener is told of the end", ({ kind, spec }) => {
  spec(
    "of the daemon, and that processes which wait for another try are given up",
    [...covers("SUPERVISOR_STATE_CHANGE_STOPPING"), "transition BACKOFF -> FATAL: the daemon ends"],
    async () => {
      await using daemon = await Daemon.start(kind, {
        programs: `${listener("all", "EVENT")}
[program:unlucky]
command=/bin/false
startretries=50
priority=2000
[program:slow]
command=/bin/sh -c "trap 'sleep 2; exit' TERM; echo ready; while :; do sleep 0.05; done"
stdout_logfile=$HERE/slow.log
startsecs=0
`,
      });
      // Two seconds until its next try.
      await untilEvent(daemon, "all.events", { name: "PROCESS_STATE_BACKOFF", payload: /tries:2/ });
      await daemon.untilFile("slow.log", "ready");
      daemon.signal("SIGTERM");
      await untilEvent(daemon, "all.events", { name: "SUPERVISOR_STATE_CHANGE_STOPPING" });
      await untilEvent(daemon, "all.events", { name: "PROCESS_STATE_FATAL", payload: /unlucky/ });
      expect((await daemon.ended()).status).toBe(0);
    },
  );

  spec("of a process that it knows nothing of any more", covers("PROCESS_STATE_UNKNOWN"), async () => {
    await using daemon = new Daemon(kind, {
      supervisord: "user=nobody",
      programs: `${listener("all", "PROCESS_STATE")}${outOfReach("stopped")}`,
    });
    writeRootMaker(daemon);
    await daemon.start();
    const pid = await rootOf(daemon, "stopped");
    try {
      await daemon.call("stopProcess", "stopped").catch(() => undefined);
      const { payload } = await untilEvent(daemon, "all.events", { name: "PROCESS_STATE_UNKNOWN" });
      expect(payload).toBe("processname:stopped groupname:stopped from_state:STOPPING");
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });
});
