/** What the two supervisords have in common: the configuration file, the remote calls, and supervisorctl. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { createSupervisorClient } from "@gateway-engine/supervisor/client";
import { runCommand } from "../../machine/command.ts";
import { endFamily } from "../../machine/end-family.ts";
import { until } from "../../machine/until.ts";
import type { RunningPeer, Setting, Workload } from "../peer.ts";
import { callSupervisor } from "./xml-rpc-call.ts";

export interface SupervisordPrograms {
  readonly supervisord: string;
  readonly supervisorctl: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startSupervisord(
  { supervisord, supervisorctl, env = {} }: SupervisordPrograms,
  workload: Workload,
  { folder }: Setting,
): Promise<RunningPeer> {
  const config = join(folder, "supervisord.conf");
  const socket = join(folder, "s.sock");
  const configure = (wanted: Workload) => writeFileSync(config, configurationOf(wanted, folder));
  configure(workload);
  const daemon = spawn(supervisord, ["-n", "-s", "-c", config], { env: { ...process.env, ...env }, stdio: "ignore" });
  await until(`${supervisord} answers`, () => hasEnded(daemon) || isAnswering(socket));
  const call = (method: string, ...params: readonly string[]) => callSupervisor(socket, method, params);
  const ctl = (...args: readonly string[]) =>
    runCommand(supervisorctl, ["-c", config, ...args], { env, accept: [0, EXIT_SOMETHING_IS_NOT_RUNNING] });
  const pid = pidOf(daemon, supervisord);
  return {
    pid,
    operations: {
      "start all": () => call("startAllProcesses"),
      "stop all": () => call("stopAllProcesses"),
      "stop one": () => call("stopProcess", programName(0)),
      "status command": () => ctl("status"),
      "status call": () => call("getAllProcessInfo"),
      "clear all": () => call("clearAllProcessLogs"),
      reread: () => call("reloadConfig"),
      update: () => ctl("update"),
    },
    logFile: workload.log === undefined ? undefined : logFileIn(folder, programName(0)),
    configure,
    stop: () => endFamily(pid),
  };
}

function configurationOf(workload: Workload, folder: string): string {
  const programs = Array.from({ length: workload.programs }, (_, index) => programSection(workload, folder, index));
  return `[unix_http_server]
file=${folder}/s.sock
[supervisord]
logfile=${folder}/main.log
pidfile=${folder}/s.pid
childlogdir=${folder}
minfds=8192
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/s.sock
${programs.join("")}`;
}

function programSection(workload: Workload, folder: string, index: number): string {
  const { command, autostart, autorestart, stopWaitSecs, log } = workload;
  const name = programName(index);
  const logging =
    log === undefined
      ? ""
      : `stdout_logfile=${logFileIn(folder, name)}
stdout_logfile_maxbytes=${log.maxBytes}
stdout_logfile_backups=${log.backups}
`;
  return `[program:${name}]
command=${command.join(" ").replaceAll("%", "%%")}
startsecs=0
autostart=${autostart}
autorestart=${autorestart}
stopwaitsecs=${stopWaitSecs}
${logging}`;
}

function programName(index: number): string {
  return `p${String(index).padStart(3, "0")}`;
}

function logFileIn(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}

async function isAnswering(socketPath: string): Promise<boolean> {
  const http = createHttpClient();
  try {
    const { statename } = await createSupervisorClient({ http, socketPath }).getState(AbortSignal.timeout(ANSWER_MS));
    return statename === "RUNNING";
  } catch {
    return false;
  } finally {
    http.close();
  }
}

function pidOf(daemon: ChildProcess, program: string): number {
  if (daemon.pid === undefined || hasEnded(daemon)) throw new Error(`${program} did not start`);
  return daemon.pid;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

const EXIT_SOMETHING_IS_NOT_RUNNING = 3;
const ANSWER_MS = 5000;
