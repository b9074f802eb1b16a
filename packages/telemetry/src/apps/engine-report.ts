import type { InstalledApp } from "@gateway-engine/protocol/engine-config";
import type { AppReport, EngineReport } from "@gateway-engine/protocol/reports";
import { processName, type SupervisedProcess } from "./supervised-process.ts";
import type { ProgramUsage } from "./usage-meter.ts";

/** All that is known of a gateway's programs at one moment. */
export interface EngineFacts {
  readonly processes: readonly SupervisedProcess[];
  readonly installed: readonly InstalledApp[];
  /** By `processName`. */
  readonly restarts: ReadonlyMap<string, number>;
  /** By pid. */
  readonly usages: ReadonlyMap<number, ProgramUsage>;
  /** Since when an application's version is in force, in milliseconds since 1970. */
  readonly committedAt: (app: string) => number | undefined;
  /** Of the engine. */
  readonly build: string;
  /** Seconds between two check-ins. */
  readonly interval: number;
}

/**
 * The alias `engine_report`: what the supervisor runs, with the versions that the engine installed,
 * and after that the installed applications that have no process.
 *
 * @see docs/reference/aliases.md#engine_report
 */
export function engineReport(facts: EngineFacts): EngineReport {
  const { processes, installed, build, interval } = facts;
  const running = processes.map((process) => ({ [processName(process)]: reportOf(process, facts) }));
  const groups = new Set(processes.map(({ group }) => group));
  const others = installed.filter(({ name }) => !groups.has(name));
  return { apps: [...running, ...others.map((app) => ({ [app.name]: withoutProcess(app, facts) }))], build, interval };
}

function reportOf(process: SupervisedProcess, facts: EngineFacts): AppReport {
  const isUp = process.statename === "RUNNING" && process.start > 0;
  return {
    exitstatus: process.exitstatus,
    status: process.statename,
    uptime: isUp ? formatUptime(process.now - process.start) : "",
    version: facts.installed.find(({ name }) => name === process.group)?.version ?? "",
    ...(process.pid === 0 ? {} : { pid: process.pid }),
    ...given("restarts", facts.restarts.get(processName(process))),
    ...usageReport(facts.usages.get(process.pid)),
    ...given("since", facts.committedAt(process.group)),
  };
}

function withoutProcess({ name, version }: InstalledApp, { committedAt }: EngineFacts): AppReport {
  return { exitstatus: 0, status: "", uptime: "", version, ...given("since", committedAt(name)) };
}

function usageReport(usage: ProgramUsage | undefined): Partial<AppReport> {
  if (usage === undefined) return {};
  return {
    cpu_seconds: usage.cpuSeconds,
    ...given("cpu_percent", usage.cpuPercent),
    memory: usage.memory,
  };
}

/** What is not known is left out. */
function given<Key extends keyof AppReport>(key: Key, value: AppReport[Key]): Partial<AppReport> {
  return value === undefined ? {} : { [key]: value };
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
