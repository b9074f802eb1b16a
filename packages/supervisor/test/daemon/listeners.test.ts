/** Event listeners and capture mode on a real daemon, with listeners in sh and in Node. */
import { describe, expect, test } from "vitest";
import { eventually, isAlive, type SupervisedFolder, superviseFolder } from "./gateway.ts";

const PROGRAMS = new URL("../programs/", import.meta.url).pathname;
const listener = (...words: readonly string[]) => [process.execPath, `${PROGRAMS}listener.mjs`, ...words].join(" ");

interface Told {
  /** Of the listener. */
  readonly pid: number;
  readonly serial: string;
  readonly poolserial: string;
  readonly eventname: string;
  readonly payload: string;
}

/** What a listener has been told so far. */
function told(folder: SupervisedFolder, file: string): readonly Told[] {
  const lines = folder.read(file).split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Told);
}

describe("an event listener", () => {
  test("is told in order what happens to a program and its group, in sh", async () => {
    const folder = superviseFolder(`[eventlistener:l]
command=/bin/sh ${PROGRAMS}listener.sh $HERE/told
events=PROCESS_STATE,PROCESS_GROUP,REMOTE_COMMUNICATION,SUPERVISOR_STATE_CHANGE
buffer_size=100
startsecs=0
[program:web]
command=sh -c "read x; exit 3"
autostart=false
autorestart=false
startsecs=0
[program:last]
command=sh -c "trap 'until grep -q CHANGE_STOPPING $HERE/told; do sleep 0.05; done; exit 0' TERM; echo up; while :; do sleep 0.05; done"
stdout_logfile=$HERE/last.log
`);
    const daemon = await folder.start();
    await folder.until("last", "RUNNING");
    await folder.call("startProcess", "web");
    const { pid } = await folder.info("web");
    await folder.call("sendProcessStdin", "web", "go\n");
    await folder.until("web", "EXITED");
    await folder.call("removeProcessGroup", "web");
    await folder.call("sendRemoteCommEvent", "greeting", "gr\u00fc\u00df\ndich");
    await eventually(() => folder.read("told").includes("greeting"));
    await folder.kill(daemon, "SIGTERM");

    const web = "processname:web groupname:web";
    const expected = [
      ["PROCESS_GROUP_ADDED", "groupname:l\n"],
      ["PROCESS_GROUP_ADDED", "groupname:web\n"],
      ["SUPERVISOR_STATE_CHANGE_RUNNING", ""],
      ["PROCESS_STATE_STARTING", "processname:l groupname:l from_state:STOPPED tries:0"],
      ["PROCESS_STATE_RUNNING", expect.stringMatching(/^processname:l groupname:l from_state:STARTING pid:\d+$/)],
      ["PROCESS_STATE_STARTING", `${web} from_state:STOPPED tries:0`],
      ["PROCESS_STATE_RUNNING", `${web} from_state:STARTING pid:${pid}`],
      ["PROCESS_STATE_EXITED", `${web} from_state:RUNNING expected:0 pid:${pid}`],
      ["PROCESS_GROUP_REMOVED", "groupname:web\n"],
      ["REMOTE_COMMUNICATION", "type:greeting\ngr\\u00fc\\u00df\ndich"],
      ["SUPERVISOR_STATE_CHANGE_STOPPING", ""],
    ];
    const texts = folder
      .read("told")
      .split(/^ver:3\.0 server:supervisor serial:\d+ pool:l /m)
      .slice(1);
    const events = texts.map((text, index) => {
      const [, name, length, payload] = /^poolserial:\d+ eventname:(\S+) len:(\d+)\n(.*?)\n?$/s.exec(text) ?? [];
      expect(text).toMatch(new RegExp(`^poolserial:${index} `));
      expect(payload).toHaveLength(Number(length));
      return [name, payload];
    });
    expect(events.filter(([, payload]) => payload?.includes("groupname:last") !== true)).toEqual(expected);
  });

  test.each(["fail-once", "die-once"])("that does not accept an event (%s) is told it again first", async (conduct) => {
    const folder = superviseFolder(`[eventlistener:l]
command=${listener("$HERE/told", conduct)}
events=REMOTE_COMMUNICATION
startsecs=0
`);
    await folder.start();
    for (const data of ["a", "b"]) await folder.call("sendRemoteCommEvent", "t", data);
    await eventually(() => told(folder, "told").length === 3);
    const events = told(folder, "told");
    expect(events.map(({ serial, payload }) => `${serial} ${payload}`)).toEqual([
      "0 type:t\na",
      "0 type:t\na",
      "1 type:t\nb",
    ]);
    expect(new Set(events.map(({ pid }) => pid)).size).toBe(conduct === "die-once" ? 2 : 1);
    if (conduct === "fail-once") expect(folder.read("main.log")).toContain("WARN l: event was rejected");
  });

  test("that reads nothing holds up neither the daemon nor other listeners", async () => {
    const folder = superviseFolder(`[eventlistener:deaf]
command=${listener("$HERE/never", "deaf")}
events=REMOTE_COMMUNICATION
startsecs=0
[eventlistener:l]
command=${listener("$HERE/told")}
events=REMOTE_COMMUNICATION
startsecs=0
`);
    await folder.start();
    await folder.until("deaf", "RUNNING");
    await folder.call("sendRemoteCommEvent", "t", "x".repeat(300_000));
    await folder.call("sendRemoteCommEvent", "t", "b");
    await eventually(() => told(folder, "told").length === 2);
    expect(told(folder, "told")[0]?.payload).toHaveLength(300_007);
    await folder.call("stopProcess", "deaf");
  });

  test("is started anew by the daemon after one that was killed, and is told what happens then", async () => {
    const folder = superviseFolder(`[eventlistener:l]
command=${listener("$HERE/told")}
events=REMOTE_COMMUNICATION
startsecs=0
`);
    const first = await folder.start();
    await folder.call("sendRemoteCommEvent", "t", "before");
    await eventually(() => told(folder, "told").length === 1);
    const before = await folder.info("l");
    await folder.kill(first, "SIGKILL");
    await folder.start();
    await folder.call("sendRemoteCommEvent", "t", "after");
    await eventually(() => told(folder, "told").length === 2);
    const [old, fresh] = told(folder, "told");
    expect(fresh).toMatchObject({ payload: "type:t\nafter", poolserial: "0" });
    expect([old?.pid, fresh?.pid === before.pid, isAlive(before.pid)]).toEqual([before.pid, false, false]);
    expect(folder.read("main.log")).toContain("restarting 'l'");
    expect(folder.read("main.log")).not.toContain("UNKNOWN state");
  });

  test("that breaks the protocol is warned of, and served again after a restart", async () => {
    const folder = superviseFolder(`[eventlistener:l]
command=sh -c "if [ -e $HERE/seen ]; then exec ${listener("$HERE/told")}; fi; touch $HERE/seen; echo hello, world; read x"
events=REMOTE_COMMUNICATION
startsecs=0
`);
    await folder.start();
    const warning = "WARN l: has entered the UNKNOWN state and will no longer receive events";
    await eventually(() => folder.read("main.log").includes(warning));
    await folder.call("sendRemoteCommEvent", "t", "a");
    await folder.call("stopProcess", "l");
    await folder.call("startProcess", "l");
    await eventually(() => told(folder, "told").length === 1);
  });
});

test("a marked passage is an event and is not in the log; with events of the output, each piece is one", async () => {
  const folder = superviseFolder(`[eventlistener:l]
command=${listener("$HERE/told")}
events=PROCESS_COMMUNICATION,PROCESS_LOG
buffer_size=100
startsecs=0
[program:talker]
command=sh -c "printf 'before <!--XSUPERV'; read x; printf 'ISOR:BEGIN-->secret<!--XSUPERVISOR:END--> after <!--'; printf oops >&2"
stdout_logfile=$HERE/talker.log
stdout_capture_maxbytes=1KB
stderr_events_enabled=true
autostart=false
autorestart=false
startsecs=0
`);
  await folder.start();
  await folder.until("l", "RUNNING");
  await folder.call("startProcess", "talker");
  const { pid } = await folder.info("talker");
  await eventually(() => folder.read("talker.log") === "before ");
  await folder.call("sendProcessStdin", "talker", "go\n");
  await eventually(() => told(folder, "told").length === 2);
  await folder.until("talker", "EXITED");
  expect(folder.read("talker.log")).toBe("before  after <!--");
  const who = `processname:talker groupname:talker pid:${pid}`;
  const events = told(folder, "told").map(({ eventname, payload }) => `${eventname} ${payload}`);
  expect(events.toSorted()).toEqual([
    `PROCESS_COMMUNICATION_STDOUT ${who}\nsecret`,
    `PROCESS_LOG_STDERR ${who} channel:stderr\noops`,
  ]);
});
