/** The one place where the parts of supervisord are put together. */
import { chownSync, existsSync, statSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { describeError, errorTrace } from "@gateway-engine/core/errors";
import { uuidv7 } from "@gateway-engine/core/identifiers";
import { fail, ok, type Result } from "@gateway-engine/core/result";
import type { SystemLog } from "@gateway-engine/core/system-log";
import { VERSION } from "@gateway-engine/core/version";
import { findAccount, findAccountGroup, homeOfAccount } from "@gateway-engine/platform/accounts";
import { createChildren } from "@gateway-engine/platform/children";
import { systemClock } from "@gateway-engine/platform/clock";
import { kernelControlGroups } from "@gateway-engine/platform/control-groups";
import { examineExecutable } from "@gateway-engine/platform/examine-file";
import { gzipCompressor } from "@gateway-engine/platform/file-compressor";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { nodeListeningSockets } from "@gateway-engine/platform/listening-sockets";
import { acquireLock } from "@gateway-engine/platform/lock";
import { bootId } from "@gateway-engine/platform/process-table";
import { nodeCommandRunner } from "@gateway-engine/platform/processes";
import { systemRandom } from "@gateway-engine/platform/random";
import { procSessions } from "@gateway-engine/platform/sessions";
import { nodeSyncFiles } from "@gateway-engine/platform/sync-files";
import { LoggerCommand } from "@gateway-engine/platform/system-log";
import { nodeTcpDialer } from "@gateway-engine/platform/tcp";
import { watchFile } from "@gateway-engine/platform/watch-file";
import { companionsOf } from "./companions.ts";
import type { ConfigNotice, DaemonConfig, Environment, SupervisordConfig } from "./config/model.ts";
import type { ConfigProblem } from "./config/problem.ts";
import type { ConfigMachine } from "./config/source.ts";
import { Daemon } from "./daemon/daemon.ts";
import { DaemonState } from "./daemon/daemon-state.ts";
import type { OpenFiles } from "./daemon/open-files.ts";
import { EventBus } from "./events/event-bus.ts";
import { Ticks } from "./events/ticks.ts";
import { ActiveGroups } from "./groups/active-groups.ts";
import { GroupFactory, type GroupFactoryDeps } from "./groups/group-factory.ts";
import { createRoutes } from "./http/routes.ts";
import { Servers, serverUrlOf } from "./http/servers.ts";
import { ProcessLimits } from "./limits/process-limits.ts";
import { EventSerials } from "./listeners/event-serials.ts";
import { removeOldAutoLogs } from "./logs/clean-up.ts";
import { LogCompressor } from "./logs/log-compressor.ts";
import { MainLog, syslogMainLog } from "./logs/main-log.ts";
import { RotatingLog } from "./logs/rotating-log.ts";
import { rotationOptions } from "./logs/rotation-options.ts";
import { Prober } from "./probes/prober.ts";
import { ChildRecords, type Survivor } from "./process/child-records.ts";
import { Launcher } from "./process/launcher.ts";
import { ProgramCommands } from "./process/program-commands.ts";
import { StartOrder } from "./process/start-order.ts";
import { FORGETFUL_WISHES, RememberedWishes } from "./process/wishes.ts";
import { daemonMethods } from "./rpc/daemon-methods.ts";
import { Dispatcher } from "./rpc/dispatcher.ts";
import { infoMethods } from "./rpc/info-methods.ts";
import { logMethods } from "./rpc/log-methods.ts";
import { processMethods } from "./rpc/process-methods.ts";
import { updateMethods } from "./rpc/update-methods.ts";
import { systemZone } from "./schedule/local-time.ts";
import { Scheduler } from "./schedule/scheduler.ts";
import { Supervisor } from "./supervisor.ts";

export interface DaemonOptions {
  readonly config: SupervisordConfig;
  /** Reads the configuration again, with the command line over it. */
  readonly reload: () => Result<SupervisordConfig, ConfigProblem>;
  readonly environment: Environment;
  readonly pid: number;
  readonly openFiles: OpenFiles;
  /** What the main log says first, beside what the configuration has to say. */
  readonly notices: readonly ConfigNotice[];
  /** What it says of its way into the background, right before it is up. */
  readonly backgroundNotices: readonly ConfigNotice[];
  /** Where each line of the main log goes as well. */
  readonly echo: ((line: string) => void) | undefined;
}

/** What a configuration is read with. */
export function createConfigMachine(environment: Environment, workingDirectory: string): ConfigMachine {
  return {
    environment,
    workingDirectory,
    hostName: hostname(),
    uid: process.getuid?.() ?? 0,
    findUser: findAccount,
    homeOf: homeOfAccount,
    findGroup: findAccountGroup,
    folderExists: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
    readText,
  };
}

function readText(path: string): Result<string | undefined, string> {
  try {
    return ok(nodeSyncFiles.readText(path));
  } catch (error) {
    return fail(describeError(error));
  }
}

/** @throws StorageError E_LOCKED when another supervisord watches over the same children */
export function compose(options: DaemonOptions): Daemon {
  const { config } = options;
  const files = nodeSyncFiles;
  const state = new DaemonState(config);
  const folder = childrenFolder(config.daemon);
  files.makeFolder(folder, 0o700);
  const lock = acquireLock(`${folder}/lock`, folder, "stop it first");
  const systemLog = new LoggerCommand({
    tag: "supervisord",
    clock: systemClock,
    onTrouble: (problem) => log.write("WARN", problem),
  });
  const logCompressor = new LogCompressor({
    files,
    compressor: gzipCompressor,
    warn: (problem) => log.write("WARN", problem),
  });
  const log: MainLog = openMainLog(config.daemon, { systemLog, logCompressor, echo: options.echo });
  const children = createChildren(folder);
  const records = new ChildRecords({
    files,
    folder,
    bootId: bootId(),
    isAlive: children.isAlive,
    findByEnvironment: children.findByEnvironment,
  });
  const daemonFacts = { environment: options.environment, serverUrl: serverUrlOf(config.servers) };
  const limits = new ProcessLimits({
    controlGroups: kernelControlGroups,
    parent: () => state.config.daemon.extras.cgroup,
  });
  const launcher = new Launcher({
    children,
    daemon: daemonFacts,
    examineFile: examineExecutable,
    openFiles: () => options.openFiles.forChildren,
    limits,
  });
  const events = new EventBus();
  const survivors = records.survivors();
  const childLogFolder = config.daemon.childlogdir ?? tmpdir();
  cleanUpLogs(config.daemon, childLogFolder, survivors);
  const { stateFile } = config.daemon.extras;
  const wishes = stateFile === undefined ? FORGETFUL_WISHES : new RememberedWishes({ files, log, path: stateFile });
  const groups = new ActiveGroups();
  const commands = new ProgramCommands({ runner: nodeCommandRunner, launcher, daemon: daemonFacts });
  const http = createHttpClient();
  const prober = new Prober({ clock: systemClock, commands, tcp: nodeTcpDialer, http });
  const factoryDeps: GroupFactoryDeps = {
    clock: systemClock,
    children,
    sockets: nodeListeningSockets,
    records,
    launcher,
    log,
    systemLog,
    logCompressor,
    events,
    serials: new EventSerials(),
    files,
    random: systemRandom,
    newSpawnId: () => uuidv7(systemClock.now(), systemRandom),
    companionsOf: (process) =>
      companionsOf(process, {
        ...{ groups, sessions: procSessions, children, clock: systemClock, log, prober, commands },
        endWith: (exitStatus) => daemon.endWith(exitStatus),
      }),
    mayRestart: () => state.isRunning,
    startOrder: new StartOrder(),
    pipesFolder: folder,
    childLogFolder,
    identifier: () => state.config.daemon.identifier,
    stripAnsi: () => state.config.daemon.stripAnsi,
    extras: () => state.config.daemon.extras,
    wantsStart: (process) => wishes.wantsStart(process),
  };
  const factory = new GroupFactory(factoryDeps, survivors);
  const supervisor = new Supervisor({
    state,
    wishes,
    groups,
    factory,
    loadConfig: options.reload,
    log,
    events,
    clock: systemClock,
    openFiles: options.openFiles,
  });
  const dispatcher = new Dispatcher({
    methods: config.hasSupervisorInterface
      ? {
          ...daemonMethods({ supervisor, state, events, pid: options.pid, end: (mood) => daemon.end(mood) }),
          ...(config.daemon.extras.updateInPlace ? updateMethods(supervisor) : {}),
          ...infoMethods({ supervisor, state, clock: systemClock, sessions: procSessions }),
          ...processMethods({
            supervisor,
            launcher,
            wishes,
            log,
            stopOrder: () => state.config.daemon.extras.stopOrder,
          }),
          ...logMethods({ supervisor, mainLog: log, files }),
        }
      : {},
    isRunning: () => state.isRunning,
  });
  const servers = new Servers({
    configs: config.servers,
    routes: (credentials) =>
      createRoutes({
        dispatcher,
        supervisor,
        mainLogPath: log.path,
        credentials,
        files,
        clock: systemClock,
        version: VERSION,
      }),
    onError: (error) => log.write("CRIT", `uncaught exception: ${errorTrace(error)}`),
    chown: (path, { uid, gid }) => chownSync(path, uid, gid),
    exists: existsSync,
    watch: watchFile,
    clock: systemClock,
    log,
  });
  const daemon: Daemon = new Daemon({
    state,
    supervisor,
    ticks: new Ticks({ events, clock: systemClock }),
    scheduler: new Scheduler({ groups, clock: systemClock, zone: systemZone, log }),
    servers,
    log,
    systemLog,
    logCompressor,
    files,
    pid: options.pid,
    notices: options.notices,
    backgroundNotices: options.backgroundNotices,
    records,
    lock,
  });
  return daemon;
}

/** Beside the pid file, so that the next daemon with the same configuration finds it. */
function childrenFolder({ pidfile }: DaemonConfig): string {
  return `${pidfile.replace(/\.pid$/, "")}.children`;
}

interface MainLogParts {
  readonly systemLog: SystemLog;
  readonly logCompressor: LogCompressor;
  readonly echo: DaemonOptions["echo"];
}

function openMainLog(config: DaemonConfig, { systemLog, logCompressor, echo }: MainLogParts): MainLog {
  const { logfile, logfileMaxBytes: maxBytes, logfileBackups: backups, loglevel: level } = config;
  const common = { level, format: config.extras.logFormat, clock: systemClock, echo };
  if (logfile.kind === "syslog") return new MainLog({ ...common, target: syslogMainLog(systemLog) });
  const rotation = rotationOptions({ maxBytes, backups }, config.extras, { clock: systemClock, logCompressor });
  const file = new RotatingLog(logfile.path, rotation, nodeSyncFiles);
  file.open();
  return new MainLog({ ...common, target: file });
}

function cleanUpLogs(config: DaemonConfig, folder: string, survivors: readonly Survivor[]): void {
  if (config.nocleanup) return;
  const keep = new Set(survivors.flatMap(({ record }) => Object.values(record.logs)));
  removeOldAutoLogs({ folder, identifier: config.identifier, keep }, nodeSyncFiles);
}
