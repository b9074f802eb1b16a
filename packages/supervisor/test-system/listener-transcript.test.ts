/** One listener, written with the original's own library, hears the same from both daemons. */
import { describe, expect, test } from "vitest";
import { Daemon } from "./black-box/daemon.ts";
import { DAEMON_KINDS } from "./black-box/kinds.ts";

const LISTENER = new URL("../test/programs/childutils-listener.py", import.meta.url).pathname;

const PROGRAMS = `[eventlistener:diary]
command=/usr/bin/python3 ${LISTENER} $HERE/diary.txt
events=EVENT
buffer_size=100

[program:meter]
command=sh -c "read x; printf '<!--XSUPERVISOR:BEGIN-->42 degrees<!--XSUPERVISOR:END-->'; printf 'and thirty bytes of other output'; read x; exit 3"
stdout_capture_maxbytes=1KB
stdout_events_enabled=true
autostart=false
autorestart=false
startsecs=0

[program:broken]
command=/bin/false
autostart=false
startretries=1
; much longer than the second after which the original may notice an exit
startsecs=10
`;

/** Pids differ, and ticks come when they come. */
function transcript(diary: string): readonly string[] {
  const lines = diary.split("\n").filter((line) => line !== "" && !line.startsWith("TICK_"));
  return lines.map((line) => line.replace(/pid:[1-9]\d*/, "pid:N"));
}

const meter = "processname:meter groupname:meter";
const broken = "processname:broken groupname:broken";
const diary = "processname:diary groupname:diary";

const EXPECTED = [
  "PROCESS_GROUP_ADDED 'groupname:diary\\n'",
  "PROCESS_GROUP_ADDED 'groupname:broken\\n'",
  "PROCESS_GROUP_ADDED 'groupname:meter\\n'",
  "SUPERVISOR_STATE_CHANGE_RUNNING ''",
  `PROCESS_STATE_STARTING '${diary} from_state:STOPPED tries:0'`,
  `PROCESS_STATE_RUNNING '${diary} from_state:STARTING pid:N'`,
  `PROCESS_STATE_STARTING '${meter} from_state:STOPPED tries:0'`,
  `PROCESS_STATE_RUNNING '${meter} from_state:STARTING pid:N'`,
  `PROCESS_LOG_STDOUT '${meter} pid:N channel:stdout\\n42 degrees'`,
  `PROCESS_COMMUNICATION_STDOUT '${meter} pid:N\\n42 degrees'`,
  `PROCESS_LOG_STDOUT '${meter} pid:N channel:stdout\\nand thirty bytes of other output'`,
  `PROCESS_STATE_EXITED '${meter} from_state:RUNNING expected:0 pid:N'`,
  `PROCESS_STATE_STARTING '${broken} from_state:STOPPED tries:0'`,
  `PROCESS_STATE_BACKOFF '${broken} from_state:STARTING tries:1'`,
  `PROCESS_STATE_STARTING '${broken} from_state:BACKOFF tries:1'`,
  `PROCESS_STATE_BACKOFF '${broken} from_state:STARTING tries:2'`,
  `PROCESS_STATE_FATAL '${broken} from_state:BACKOFF'`,
  "PROCESS_GROUP_REMOVED 'groupname:broken\\n'",
  "REMOTE_COMMUNICATION 'type:greeting\\nhello\\nworld'",
];

describe.each(DAEMON_KINDS)("a listener written with supervisor.childutils, under $name", (kind) => {
  test("hears of every kind of event", async () => {
    await using daemon = await Daemon.start(kind, { programs: PROGRAMS });
    const heard = (text: string) =>
      daemon.eventually(`the event ${text}`, async () => daemon.read("diary.txt").includes(text));
    await daemon.until("diary", "RUNNING");
    await heard("PROCESS_STATE_RUNNING");
    await daemon.call("startProcess", "meter");
    await daemon.call("sendProcessStdin", "meter", "go\n");
    await heard("thirty bytes");
    await daemon.call("sendProcessStdin", "meter", "go\n");
    await daemon.until("meter", "EXITED");
    await daemon.call("startProcess", "broken", false).catch(() => "it may have ended already");
    await heard("PROCESS_STATE_FATAL");
    await daemon.call("removeProcessGroup", "broken");
    await daemon.call("sendRemoteCommEvent", "greeting", "hello\nworld");
    await heard("REMOTE_COMMUNICATION");
    expect(transcript(daemon.read("diary.txt"))).toEqual(EXPECTED);
    await heard("TICK_5 'when:");
    const when = /TICK_5 'when:(\d+)'/.exec(daemon.read("diary.txt"))?.[1];
    expect(Number(when) % 5).toBe(0);
  });
});
