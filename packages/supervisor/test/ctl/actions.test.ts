import { describe, expect, test } from "vitest";
import { FAULTS, makeFault } from "../../src/xmlrpc/faults.ts";
import { brokenHttp, refusingHttp, runScripted, type Script } from "./scripted-supervisord.ts";

const fault = (name: Parameters<typeof makeFault>[0], extra?: string) => ({ fault: makeFault(name, extra) });
const outcome = (group: string, name: string, status: number = FAULTS.SUCCESS) => ({
  group,
  name,
  status,
  description: "OK",
});

function info(group: string, name: string, [state, statename]: readonly [number, string], description = "") {
  const pid = state === 20 ? 4711 : 0;
  const times = { start: 1, stop: 0, now: 2 };
  return {
    group,
    name,
    state,
    statename,
    description,
    pid,
    ...times,
    spawnerr: "",
    exitstatus: 0,
    stdout_logfile: "",
    stderr_logfile: "",
  };
}

const RUNNING = [20, "RUNNING"] as const;
const STOPPED = [0, "STOPPED"] as const;
const BACKOFF = [30, "BACKOFF"] as const;
const ALL = [
  info("cat", "cat", RUNNING, "pid 4711, uptime 0:00:35"),
  info("grp", "ga", RUNNING, "pid 4711, uptime 0:00:35"),
  info("grp", "gb", BACKOFF, "Exited too quickly (process log may have details)"),
  info("manual", "manual", STOPPED, "Not started"),
];

/** A row: what is typed, what supervisord says, what is printed, the exit status. */
type Row = readonly [line: string, script: Script, output: string, exitCode: number];

async function check([line, script, output, exitCode]: Row): Promise<void> {
  expect(await runScripted(line, script)).toMatchObject({ output, exitCode });
}

describe("status, pid and avail", () => {
  const script: Script = {
    getAllProcessInfo: ALL,
    getPID: 17355,
    "getProcessInfo cat": info("cat", "cat", RUNNING),
    "getProcessInfo manual": info("manual", "manual", STOPPED),
    getProcessInfo: fault("BAD_NAME"),
    getAllConfigInfo: [
      { group: "grp", name: "ga", inuse: true, autostart: true, group_prio: 5, process_prio: 2, extra: "none" },
      { group: "manual", name: "manual", inuse: false, autostart: false, group_prio: 999, process_prio: 999 },
    ],
  };
  const cat = `${"cat".padEnd(33)}RUNNING   pid 4711, uptime 0:00:35\n`;
  const ga = `${"grp:ga".padEnd(33)}RUNNING   pid 4711, uptime 0:00:35\n`;
  const gb = `${"grp:gb".padEnd(33)}BACKOFF   Exited too quickly (process log may have details)\n`;
  const manual = `${"manual".padEnd(33)}STOPPED   Not started\n`;

  test.each<Row>([
    ["status", script, cat + ga + gb + manual, 3],
    ["status all", script, cat + ga + gb + manual, 3],
    ["status cat", script, cat, 0],
    ["status grp:*", script, ga + gb, 0],
    ["status grp:", script, ga + gb, 0],
    ["status grp:ga", script, ga, 0],
    ["status manual", script, manual, 3],
    ["status ga", script, "ga: ERROR (no such process)\n", 4],
    ["status nosuch:*", script, "nosuch: ERROR (no such group)\n", 4],
    ["status cat nosuch", script, `nosuch: ERROR (no such process)\n${cat}`, 4],
    ["pid", script, "17355\n", 0],
    ["pid cat", script, "4711\n", 0],
    ["pid manual", script, "0\n", 7],
    ["pid nosuch", script, "No such process nosuch\n", 1],
    ["pid all", script, "4711\n4711\n0\n0\n", 0],
    [
      "avail",
      script,
      `${"grp:ga".padEnd(32)} in use    auto      5:2\n${"manual".padEnd(32)} avail     manual    999:999\n`,
      0,
    ],
    ["avail", { getAllConfigInfo: fault("SHUTDOWN_STATE") }, "ERROR: supervisor shutting down\n", 1],
  ])("%s", async (...row) => check(row));

  test("long names widen the column", async () => {
    const name = "a_program_with_a_very_long_name_indeed_0123456789";
    const { output } = await runScripted("status", { getAllProcessInfo: [info(name, name, RUNNING, "pid 1")] });
    expect(output).toBe(`${name}   RUNNING   pid 1\n`);
  });
});

describe("start, stop, signal and clear", () => {
  test.each<Row>([
    ["start cat", { startProcess: true }, "cat: started\n", 0],
    ["start grp:ga", { startProcess: true }, "grp:ga: started\n", 0],
    [
      "start grp:*",
      { startProcessGroup: [outcome("grp", "gb"), outcome("grp", "ga", FAULTS.SPAWN_ERROR)] },
      "grp:gb: started\ngrp:ga: ERROR (spawn error)\n",
      7,
    ],
    ["start all", { startAllProcesses: [outcome("x", "x", FAULTS.NO_FILE)] }, "x: ERROR (no such file)\n", 1],
    ["start x", { startProcess: fault("BAD_NAME", "x") }, "x: ERROR (no such process)\n", 1],
    ["start x", { startProcess: fault("NO_FILE", "x") }, "x: ERROR (no such file)\n", 1],
    ["start x", { startProcess: fault("NOT_EXECUTABLE", "x") }, "x: ERROR (file is not executable)\n", 1],
    ["start x", { startProcess: fault("ALREADY_STARTED", "x") }, "x: ERROR (already started)\n", 0],
    ["start x", { startProcess: fault("SPAWN_ERROR", "x") }, "x: ERROR (spawn error)\n", 7],
    ["start x", { startProcess: fault("ABNORMAL_TERMINATION", "x") }, "x: ERROR (abnormal termination)\n", 7],
    ["start x:*", { startProcessGroup: fault("BAD_NAME", "x") }, "x: ERROR (no such group)\n", 2],
    ["stop cat", { stopProcess: true }, "cat: stopped\n", 0],
    ["stop x", { stopProcess: fault("NOT_RUNNING", "x") }, "x: ERROR (not running)\n", 0],
    ["stop x", { stopProcess: fault("BAD_NAME", "x") }, "x: ERROR (no such process)\n", 1],
    ["stop x", { stopProcess: fault("FAILED", "no permission") }, "FAILED: no permission\n", 1],
    ["stop x:*", { stopProcessGroup: fault("BAD_NAME", "x") }, "x: ERROR (no such group)\n", 1],
    [
      "stop all",
      { stopAllProcesses: [outcome("cat", "cat"), outcome("grp", "ga")] },
      "cat: stopped\ngrp:ga: stopped\n",
      0,
    ],
    ["restart x y", { stopProcess: true, startProcess: true }, "x: stopped\ny: stopped\nx: started\ny: started\n", 0],
    ["restart x", { stopProcess: fault("NOT_RUNNING"), startProcess: true }, "x: ERROR (not running)\nx: started\n", 0],
    ["signal HUP x", { "signalProcess x HUP": true }, "x: signalled\n", 0],
    ["signal FOO x", { signalProcess: fault("BAD_SIGNAL", "FOO") }, "x: ERROR (bad signal name)\n", 1],
    ["signal HUP x", { signalProcess: fault("NOT_RUNNING", "x") }, "x: ERROR (not running)\n", 7],
    ["signal HUP g:*", { "signalProcessGroup g HUP": [outcome("g", "a")] }, "g:a: signalled\n", 0],
    ["clear x", { clearProcessLogs: true }, "x: cleared\n", 0],
    ["clear g:*", { "clearProcessLogs g:*": fault("BAD_NAME", "g:*") }, "g:None: ERROR (no such process)\n", 1],
    [
      "clear all",
      { clearAllProcessLogs: [outcome("g", "a"), outcome("x", "x", FAULTS.FAILED)] },
      "g:a: cleared\nx: ERROR (failed)\n",
      1,
    ],
  ])("%s", async (...row) => check(row));
});

describe("reread, update, add and remove", () => {
  const changes = [[["new"], ["changed"], ["gone"]]];
  const quiet = { removeProcessGroup: true, addProcessGroup: true };

  test.each<Row>([
    ["reread", { reloadConfig: changes }, "changed: changed\ngone: disappeared\nnew: available\n", 0],
    ["reread", { reloadConfig: [[[], [], []]] }, "No config updates to processes\n", 0],
    ["reread", { reloadConfig: fault("CANT_REREAD", "bad") }, "ERROR: CANT_REREAD: bad\n", 1],
    ["reread", { reloadConfig: fault("SHUTDOWN_STATE") }, "ERROR: supervisor shutting down\n", 1],
    [
      "update",
      { ...quiet, reloadConfig: changes, stopProcessGroup: [] },
      "gone: stopped\ngone: removed process group\nchanged: stopped\nchanged: updated process group\nnew: added process group\n",
      0,
    ],
    [
      "update",
      { ...quiet, reloadConfig: [[[], [], ["gone"]]], stopProcessGroup: [outcome("gone", "x", FAULTS.FAILED)] },
      "gone: stopped\ngone: has problems; not removing\n",
      1,
    ],
    [
      "update new nosuch",
      { ...quiet, reloadConfig: changes, getAllProcessInfo: ALL },
      "ERROR: no such group: nosuch\nnew: added process group\n",
      1,
    ],
    ["update", { reloadConfig: [[[], [], []]] }, "", 0],
    ["update", { reloadConfig: fault("SHUTDOWN_STATE") }, "ERROR: already shutting down\n", 1],
    [
      "update",
      { reloadConfig: fault("CANT_REREAD", "in section 'program:bad'") },
      `error: <class 'xmlrpc.client.Fault'>, <Fault 92: "CANT_REREAD: in section 'program:bad'">\n`,
      1,
    ],
    ["add x", { addProcessGroup: true }, "x: added process group\n", 0],
    ["add x", { addProcessGroup: fault("ALREADY_ADDED", "x") }, "ERROR: process group already active\n", 0],
    ["add x", { addProcessGroup: fault("BAD_NAME", "x") }, "ERROR: no such process/group: x\n", 1],
    ["add x", { addProcessGroup: fault("SHUTDOWN_STATE") }, "ERROR: shutting down\n", 1],
    ["remove x", { removeProcessGroup: true }, "x: removed process group\n", 0],
    ["remove x", { removeProcessGroup: fault("STILL_RUNNING", "x") }, "ERROR: process/group still running: x\n", 1],
    ["remove x", { removeProcessGroup: fault("BAD_NAME", "x") }, "ERROR: no such process/group: x\n", 1],
  ])("%s", async (...row) => check(row));
});

describe("logs and supervisord itself", () => {
  test.each<Row>([
    ["tail x", { "readProcessStdoutLog x -1600 0": "text\n" }, "text\n\n", 0],
    ["tail -4 x", { "readProcessStdoutLog x -4 0": "ine\n" }, "ine\n\n", 0],
    ["tail x stderr", { "readProcessStderrLog x -1600 0": "" }, "\n", 0],
    ["tail x", { readProcessStdoutLog: fault("NO_FILE") }, "x: ERROR (no log file)\n", 1],
    ["tail x", { readProcessStdoutLog: fault("BAD_NAME") }, "x: ERROR (no such process name)\n", 1],
    ["tail x", { readProcessStdoutLog: fault("FAILED") }, "x: ERROR (unknown error reading log)\n", 1],
    ["tail x foo", {}, "Error: bad channel 'foo'\n", 1],
    ["tail -x y", {}, "Error: bad argument -x\n", 1],
    ["tail -5", {}, "Error: tail requires process name\n", 1],
    ["maintail -50", { "readLog -50 0": "end" }, "end\n", 0],
    ["maintail foo", {}, "Error: bad argument foo\n", 1],
    ["version", { getSupervisorVersion: "4.2.5" }, "4.2.5\n", 0],
    ["reload", { restart: true }, "Restarted supervisord\n", 0],
    ["reload", { restart: fault("SHUTDOWN_STATE") }, "ERROR: already shutting down\n", 1],
    ["shutdown", { shutdown: true }, "Shut down\n", 0],
    ["shutdown", { shutdown: fault("SHUTDOWN_STATE") }, "ERROR: already shutting down\n", 0],
    ["nosuchcmd x", {}, "*** Unknown syntax: nosuchcmd x\n", 1],
    ["constructor", {}, "*** Unknown syntax: constructor\n", 1],
    ["help help", {}, "help\t\tPrint a list of available actions\nhelp <action>\tPrint help for <action>\n", 0],
    ["help nosuch", {}, "*** No help on nosuch\n", 0],
    ["?version", {}, "version\t\t\tShow the version of the remote supervisord process\n", 0],
  ])("%s", async (...row) => check(row));

  test("a shutdown in the shell is asked back", async () => {
    const asked = async (answer: string) =>
      (await runScripted("shutdown", { shutdown: true }, { interactive: true, ask: () => Promise.resolve(answer) }))
        .calls;
    expect(await asked("n")).toEqual([]);
    expect(await asked("Yes")).toEqual(["shutdown"]);
  });
});

describe("when supervisord cannot be asked", () => {
  test.each([
    ["status", "ENOENT", "unix:///demo/sup.sock no such file\n", 4],
    ["start x", "ENOENT", "unix:///demo/sup.sock no such file\n", 7],
    ["start x", "ECONNREFUSED", "unix:///demo/sup.sock refused connection\n", 4],
    ["shutdown", "ENOENT", "ERROR: unix:///demo/sup.sock no such file (already shut down?)\n", 1],
    ["reread", "ENOENT", "error: <class 'FileNotFoundError'>, [Errno 2] No such file or directory\n", 1],
  ])("%s: %s", async (line, code, output, exitCode) => {
    expect(await runScripted(line, {}, { http: brokenHttp(code) })).toMatchObject({ output, exitCode });
  });

  test("a wrong password is said", async () => {
    expect(await runScripted("pid", {}, { http: refusingHttp(401) })).toMatchObject({
      output:
        "Server requires authentication\nerror: <class 'xmlrpc.client.ProtocolError'>, <ProtocolError for 127.0.0.1/RPC2: 401 Unauthorized>\n",
      exitCode: 1,
    });
  });

  test.each<Row>([
    [
      "pid",
      { getVersion: "4.0" },
      "Sorry, this version of supervisorctl expects to talk to a server with API version 3.0, but the remote version is 4.0.\n",
      5,
    ],
    [
      "pid",
      { getVersion: fault("SHUTDOWN_STATE") },
      "error: <class 'xmlrpc.client.Fault'>, <Fault 6: 'SHUTDOWN_STATE'>\n",
      1,
    ],
  ])("%s", async (...row) => check(row));

  test("a supervisord without its interface is said", async () => {
    const { output, exitCode } = await runScripted("pid", { getVersion: fault("UNKNOWN_METHOD") });
    expect(output).toContain("[rpcinterface:supervisor] section is enabled");
    expect(exitCode).toBe(3);
  });
});
