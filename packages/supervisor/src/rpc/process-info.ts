/** What supervisord tells of a process. The names are the wire's. */
import type { GroupConfig, OutputConfig, ProcessConfig } from "../config/model.ts";
import { signalNumber } from "../config/signals.ts";
import type { ProcessGroup } from "../groups/process-group.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import { pidOf, reasonOf, STATE_CODES } from "../process/state.ts";
import type { XmlRpcStruct } from "../xmlrpc/value.ts";

export function processInfo(process: ManagedProcess, nowMs: number): XmlRpcStruct {
  const { config, history, state, streams } = process;
  const { stdout = "", stderr = "" } = streams.logfiles;
  return {
    name: config.name,
    group: config.group,
    start: seconds(history.startedAt),
    stop: seconds(history.stoppedAt),
    now: seconds(nowMs),
    state: STATE_CODES[state.name],
    statename: state.name,
    spawnerr: process.waitsFor || reasonOf(state),
    exitstatus: history.exitStatus ?? 0,
    logfile: stdout,
    stdout_logfile: stdout,
    stderr_logfile: stderr,
    pid: pidOf(state) ?? 0,
    description: describeProcess(process, nowMs),
  };
}

/** The last column of `supervisorctl status`. */
function describeProcess({ config, history, state, waitsFor }: ManagedProcess, nowMs: number): string {
  switch (state.name) {
    case "RUNNING":
      return `pid ${state.pid}, uptime ${formatUptime(seconds(nowMs) - seconds(history.startedAt))}`;
    case "FATAL":
    case "BACKOFF":
      return state.reason === "" ? `unknown error (try "tail ${config.name}")` : state.reason;
    case "STOPPED":
    case "EXITED":
      return history.startedAt === 0 ? "Not started" : formatStopTime(history.stoppedAt);
    default:
      return waitsFor;
  }
}

/** As Python prints a time span: `0:00:20`, `1 day, 2:03:04`. */
export function formatUptime(uptime: number): string {
  const whole = Math.max(0, uptime);
  const two = (value: number) => String(value).padStart(2, "0");
  const days = Math.trunc(whole / 86_400);
  const time = `${Math.trunc((whole % 86_400) / 3600)}:${two(Math.trunc((whole % 3600) / 60))}:${two(whole % 60)}`;
  return days === 0 ? time : `${days} day${days === 1 ? "" : "s"}, ${time}`;
}

/** Local time as `Nov 22 09:44 PM`. */
export function formatStopTime(timestamp: number): string {
  const time = new Date(timestamp);
  const two = (value: number) => String(value).padStart(2, "0");
  const hour = time.getHours() % 12 === 0 ? 12 : time.getHours() % 12;
  const half = time.getHours() < 12 ? "AM" : "PM";
  return `${MONTHS[time.getMonth()] ?? ""} ${two(time.getDate())} ${two(hour)}:${two(time.getMinutes())} ${half}`;
}

/** One line of `supervisorctl avail`, and everything else that is configured; members in the order of the original. */
export function configInfo(group: GroupConfig, config: ProcessConfig, active: ProcessGroup | undefined): XmlRpcStruct {
  const logfiles = active?.processes.get(config.name)?.streams.logfiles ?? {};
  return {
    autostart: config.autostart,
    directory: config.directory ?? "none",
    uid: config.user?.uid ?? "none",
    command: config.command,
    exitcodes: config.exitcodes,
    group: group.name,
    group_prio: group.priority,
    inuse: active !== undefined,
    killasgroup: config.killasgroup,
    name: config.name,
    process_prio: config.priority,
    redirect_stderr: config.redirectStderr,
    startretries: config.startretries,
    startsecs: config.startsecs,
    ...outputInfo("stdout", config.stdout, logfileWord(config.stdout, logfiles.stdout)),
    stopsignal: signalNumber(config.stopsignal),
    stopwaitsecs: config.stopwaitsecs,
    ...outputInfo(
      "stderr",
      config.stderr,
      config.redirectStderr ? "none" : logfileWord(config.stderr, logfiles.stderr),
    ),
    serverurl: config.serverurl ?? "none",
  };
}

function outputInfo(channel: string, output: OutputConfig, logfile: string): XmlRpcStruct {
  return {
    [`${channel}_capture_maxbytes`]: output.captureMaxBytes,
    [`${channel}_events_enabled`]: output.eventsEnabled,
    [`${channel}_logfile`]: logfile,
    [`${channel}_logfile_backups`]: output.backups,
    [`${channel}_logfile_maxbytes`]: output.maxBytes,
    [`${channel}_syslog`]: output.syslog,
  };
}

/** @param made the file that an active process has for `AUTO` */
function logfileWord({ logfile }: OutputConfig, made: string | undefined): string {
  if (logfile.kind === "file") return logfile.path;
  return logfile.kind === "auto" ? (made ?? "auto") : logfile.kind;
}

/** XML-RPC's whole numbers end in January 2038. */
function seconds(timestamp: number): number {
  return Math.min(Math.trunc(timestamp / 1000), 2 ** 31 - 1);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
