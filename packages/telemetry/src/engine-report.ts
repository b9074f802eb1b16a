import type { InstalledApp } from "@gateway-engine/protocol/engine-config";
import type { AppReport, EngineReport } from "@gateway-engine/protocol/reports";

/** What the supervisor says of one process, of the struct that `supervisor.getProcessInfo` answers. */
export interface SupervisedProcess {
  readonly name: string;
  readonly group: string;
  /** `RUNNING`, `EXITED`, ... */
  readonly statename: string;
  readonly exitstatus: number;
  /** When it was started, in seconds since 1970. */
  readonly start: number;
  /** The supervisor's clock, in seconds since 1970. */
  readonly now: number;
}

/**
 * The alias `engine_report`: what the supervisor runs, with the versions that the engine installed,
 * and after that the installed applications that have no process.
 *
 * @see docs/reference/aliases.md#engine_report
 */
export function engineReport(
  processes: readonly SupervisedProcess[],
  installed: readonly InstalledApp[],
): EngineReport {
  const running = processes.map((process) => ({ [processName(process)]: reportOf(process, installed) }));
  const groups = new Set(processes.map(({ group }) => group));
  const others = installed.filter(({ name }) => !groups.has(name));
  return { apps: [...running, ...others.map(({ name, version }) => ({ [name]: withoutProcess(version) }))] };
}

/** A program of one process is called by its name, one of several as supervisorctl calls it: `group:name`. */
function processName({ name, group }: SupervisedProcess): string {
  return name === group ? name : `${group}:${name}`;
}

function reportOf(process: SupervisedProcess, installed: readonly InstalledApp[]): AppReport {
  const isUp = process.statename === "RUNNING" && process.start > 0;
  return {
    exitstatus: process.exitstatus,
    status: process.statename,
    uptime: isUp ? formatUptime(process.now - process.start) : "",
    version: installed.find(({ name }) => name === process.group)?.version ?? "",
  };
}

function withoutProcess(version: string): AppReport {
  return { exitstatus: 0, status: "", uptime: "", version };
}

/** As Python prints a timedelta, and so supervisorctl an uptime: `0:00:20`, `1 day, 0:00:20`, `12 days, 3:04:05`. */
export function formatUptime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86_400);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${Math.floor((whole % 86_400) / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  if (days === 0) return clock;
  return `${days} day${days === 1 ? "" : "s"}, ${clock}`;
}
