import { SyslogReceiver } from "@gateway-engine/testkit/syslog-receiver";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually, superviseFolder } from "./gateway.ts";

/** From now on `logger` sends to the receiver. */
async function receiveSyslog(): Promise<SyslogReceiver> {
  const receiver = await SyslogReceiver.start();
  const before = process.env["PATH"];
  process.env["PATH"] = receiver.path;
  onTestFinished(async () => {
    process.env["PATH"] = before;
    await receiver[Symbol.asyncDispose]();
  });
  return receiver;
}

describe("the output of a program", () => {
  test("is written line by line in the form that log_format asks for", async () => {
    const folder = superviseFolder(`[program:stamped]
command=/bin/sh -c "printf 'one\\ntw'; sleep 0.1; printf 'o\\nhalf'"
stdout_logfile=$HERE/stamped.log
startsecs=0
autorestart=false
[program:json]
command=/bin/sh -c "echo problem >&2"
process_name=json_%(process_num)d
numprocs=2
stderr_logfile=$HERE/json_%(process_num)d.log
startsecs=0
autorestart=false
[gateway-engine:stamped]
log_format=stamped
[gateway-engine:json]
log_format=json
`);
    await folder.start();
    await folder.until("stamped", "EXITED");
    await folder.until("json:json_1", "EXITED");
    const lines = folder.read("stamped.log").split("\n");
    expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, "<time> "))).toEqual([
      "<time> stamped one",
      "<time> stamped two",
      "<time> stamped half",
      "",
    ]);
    expect(JSON.parse(folder.read("json_1.log"))).toMatchObject({
      ...{ program: "json", group: "json", process: "json_1", channel: "stderr", message: "problem" },
    });
  });

  test("goes to syslog with the name of its process, beside its log file or instead of it", async () => {
    const receiver = await receiveSyslog();
    const folder = superviseFolder(`[program:both]
command=/bin/sh -c "echo out; echo err >&2; exec sleep 1000"
stdout_syslog=true
stdout_logfile=$HERE/both.log
stderr_logfile=syslog
`);
    await folder.start();
    const messages = await receiver.messages((received) => received.length === 2);
    expect(messages.map((message) => message.replace(/^<14>.* supervisord\[\d+\]: /, "")).sort()).toEqual([
      "both err",
      "both out",
    ]);
    await eventually(() => folder.read("both.log") === "out\n");
    expect(folder.read("main.log")).not.toContain("runs without");
  });
});

describe("the log of supervisord", () => {
  test("goes to syslog, up to its last line, and cannot be read back then", async () => {
    const receiver = await receiveSyslog();
    const folder = superviseFolder("[supervisord]\nlogfile=syslog\n");
    const daemon = await folder.start();
    const messages = await receiver.messages((received) =>
      received.some((message) => message.includes("started with")),
    );
    expect(messages.at(-1)).toMatch(
      /^<14>.* supervisord\[\d+\]: \d{4}-\d\d-\d\d [\d:]{8},\d{3} INFO supervisord started with pid \d+$/,
    );
    await expect(folder.call("readLog", 0, 0)).rejects.toThrow("NO_FILE");
    await expect(folder.call("clearLog")).rejects.toThrow("NO_FILE");
    await folder.kill(daemon, "SIGTERM");
    await receiver.messages((received) => received.some((message) => message.includes("received SIGTERM")));
  });

  test("is JSON where the configuration says so", async () => {
    const folder = superviseFolder("[gateway-engine]\nlog_format=json\n");
    await folder.start();
    const entries = () => folder.read("main.log").split("\n").filter(Boolean).map(parseEntry);
    await eventually(() => entries().some(({ message }) => /^supervisord started with pid \d+$/.test(message)));
    for (const { time, level } of entries()) {
      expect(new Date(time).toISOString()).toBe(time);
      expect(level).toMatch(/^(INFO|CRIT)$/);
    }
  });
});

function parseEntry(line: string): { readonly time: string; readonly level: string; readonly message: string } {
  return JSON.parse(line) as ReturnType<typeof parseEntry>;
}
