/** The one place where the parts of supervisord are put together. */
import { chownSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { errorTrace } from "@gateway-engine/core/errors";
import { uuidv7 } from "@gateway-engine/core/identifiers";
import type { Result } from "@gateway-engine/core/result";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { SystemLog } from "@gateway-engine/core/system-log";
import { VERSION } from "@gateway-engine/core/version";
import { createChildren } from "@gateway-engine/platform/children";
import { systemClock } from "@gateway-engine/platform/clock";
import { kernelControlGroups } from "@gateway-engine/platform/control-groups";
import { examineExecutable } from "@gateway-engine/platform/examine-file";
import { gzipCompressor } from "@gateway-engine/platform/file-compressor";
import { holdPipes } from "@gateway-engine/platform/hold-pipes";
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
import { Daemon, type Ending, type HandoverDesk } from "./daemon/daemon.ts";
import { DaemonState } from "./daemon/daemon-state.ts";
import { type HandoverPlace, readHandover, removeHandover, writeHandover } from "./daemon/handover.ts";
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
import { FORGETFUL_WISHES, RememberedWishes, type Wishes } from "./process/wishes.ts";
import { countMethods } from "./rpc/count-methods.ts";
import { daemonMethods } from "./rpc/daemon-methods.ts";
import { Dispatcher } from "./rpc/dispatcher.ts";
import { infoMethods } from "./rpc/info-methods.ts";
import { logMethods } from "./rpc/log-methods.ts";
import { processMethods } from "./rpc/process-methods.ts";
import { replacementMethods } from "./rpc/replacement-methods.ts";
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
  /** Why another release of supervisord cannot take the place of this one now. */
  readonly replacementProblem: () => string | undefined;
}

/** @throws StorageError E_LOCKED when another supervisord watches over the same children */
export function compose(options: DaemonOptions): Daemon {
  const { config } = options;
  const files = nodeSyncFiles;
  const folder = childrenFolder(config.daemon);
  files.makeFolder(folder, 0o700);
  const lock = acquireLock(`${folder}/lock`, folder, "stop it first");
  const warn = (problem: string) => log.write("WARN", problem);
  const systemLog = new LoggerCommand({ tag: "supervisord", clock: systemClock, onTrouble: warn });
  const logCompressor = new LogCompressor({ files, compressor: gzipCompressor, warn });
  const log: MainLog = openMainLog(config.daemon, { systemLog, logCompressor, echo: options.echo });
  const state = new DaemonState(config);
  const events = new EventBus();
  const groups = new ActiveGroups();
  const endWith = (exitStatus: number) => daemon.endWith(exitStatus);
  const programs = composePrograms(options, { folder, log, systemLog, logCompressor, state, events, groups, endWith });
  const end = (mood: Ending) => daemon.end(mood);
  const daemon: Daemon = new Daemon({
    state,
    supervisor: programs.supervisor,
    ticks: new Ticks({ events, clock: systemClock }),
    scheduler: new Scheduler({ groups, clock: systemClock, zone: systemZone, log }),
    servers: composeServers(options, { ...programs, log, state, events, end }),
    log,
    systemLog,
    logCompressor,
    files,
    pid: options.pid,
    notices: options.notices,
    backgroundNotices: options.backgroundNotices,
    records: programs.records,
    handover: handoverDesk({ files, folder, bootId: bootId() }),
    lock,
  });
  return daemon;
}

/** What every part of a daemon shares. */
interface Shared {
  readonly log: MainLog;
  readonly state: DaemonState;
  readonly events: EventBus;
}

interface ProgramParts extends Shared {
  /** For pipes and records. */
  readonly folder: string;
  readonly systemLog: SystemLog;
  readonly logCompressor: LogCompressor;
  readonly groups: ActiveGroups;
  readonly endWith: (exitStatus: number) => void;
}

interface Programs {
  readonly supervisor: Supervisor;
  readonly launcher: Launcher;
  readonly wishes: Wishes;
  readonly records: ChildRecords;
}

/** What starts programs and watches over them. */
function composePrograms(options: DaemonOptions, parts: ProgramParts): Programs {
  const { config, openFiles } = options;
  const { folder, log, systemLog, logCompressor, state, events, groups, endWith } = parts;
  const files = nodeSyncFiles;
  const children = createChildren(folder);
  const { isAlive, findByEnvironment } = children;
  const records = new ChildRecords({ files, folder, bootId: bootId(), isAlive, findByEnvironment });
  const daemonFacts = { environment: options.environment, serverUrl: serverUrlOf(config.servers) };
  const extras = () => state.config.daemon.extras;
  const launcher = new Launcher({
    children,
    daemon: daemonFacts,
    examineFile: examineExecutable,
    openFiles: () => openFiles.forChildren,
    limits: new ProcessLimits({ controlGroups: kernelControlGroups, parent: () => extras().cgroup }),
  });
  const handover = readHandover({ files, folder, bootId: bootId() });
  const survivors = records.survivors(handover.isThere);
  const childLogFolder = config.daemon.childlogdir ?? tmpdir();
  cleanUpLogs(config.daemon, childLogFolder, survivors);
  const { stateFile } = config.daemon.extras;
  const wishes = stateFile === undefined ? FORGETFUL_WISHES : new RememberedWishes({ files, log, path: stateFile });
  const commands = new ProgramCommands({ runner: nodeCommandRunner, launcher, daemon: daemonFacts });
  const prober = new Prober({ clock: systemClock, commands, tcp: nodeTcpDialer, http: createHttpClient() });
  const companionDeps = {
    groups,
    sessions: procSessions,
    children,
    clock: systemClock,
    log,
    prober,
    commands,
    endWith,
  };
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
    handover,
    serials: new EventSerials(),
    files,
    random: systemRandom,
    newSpawnId: () => uuidv7(systemClock.now(), systemRandom),
    companionsOf: (process) => companionsOf(process, companionDeps),
    mayRestart: () => state.maySupervise,
    startOrder: new StartOrder(),
    pipesFolder: folder,
    childLogFolder,
    identifier: () => state.config.daemon.identifier,
    stripAnsi: () => state.config.daemon.stripAnsi,
    extras,
    wantsStart: (process) => wishes.wantsStart(process),
  };
  const factory = new GroupFactory(factoryDeps, survivors);
  const loadConfig = options.reload;
  const deps = { state, wishes, groups, factory, loadConfig, log, events, clock: systemClock, openFiles, handover };
  return { supervisor: new Supervisor(deps), launcher, wishes, records };
}

interface ServerParts extends Shared, Programs {
  readonly end: (mood: Ending) => void;
}

/** What answers from outside. */
function composeServers(options: DaemonOptions, parts: ServerParts): Servers {
  const { config, pid } = options;
  const { log, state, events, supervisor, launcher, wishes, end } = parts;
  const { updateInPlace } = config.daemon.extras;
  const stopOrder = () => state.config.daemon.extras.stopOrder;
  const files = nodeSyncFiles;
  const methods = {
    ...daemonMethods({ supervisor, state, events, pid, end }),
    ...(updateInPlace ? updateMethods(supervisor) : {}),
    ...replacementMethods({
      supervisor,
      version: VERSION,
      life: uuidv7(systemClock.now(), systemRandom),
      problem: options.replacementProblem,
      replace: () => end("REPLACING"),
    }),
    ...countMethods(supervisor),
    ...infoMethods({ supervisor, state, clock: systemClock, sessions: procSessions }),
    ...processMethods({ supervisor, launcher, wishes, log, stopOrder }),
    ...logMethods({ supervisor, mainLog: log, files }),
  };
  const dispatcher = new Dispatcher({
    methods: config.hasSupervisorInterface ? methods : {},
    isRunning: () => state.isRunning,
  });
  const pages = { dispatcher, supervisor, mainLogPath: log.path, files, clock: systemClock, version: VERSION };
  return new Servers({
    configs: config.servers,
    routes: (credentials) => createRoutes({ ...pages, credentials }),
    onError: (error) => log.write("CRIT", `uncaught exception: ${errorTrace(error)}`),
    chown: (path, { uid, gid }) => chownSync(path, uid, gid),
    exists: existsSync,
    watch: watchFile,
    clock: systemClock,
    log,
  });
}

function handoverDesk(place: HandoverPlace & { readonly files: SyncFiles }): HandoverDesk {
  const { files, folder } = place;
  return {
    write: (processes) => {
      const pipes = files.list(folder).filter((name) => /\.std(out|err)$/.test(name));
      holdPipes(
        pipes.map((name) => `${folder}/${name}`),
        HELD_PIPES_S,
      );
      writeHandover(processes, place);
    },
    remove: () => removeHandover(place),
  };
}

/** Longer than a slow machine takes from one program of supervisord to the next. */
const HELD_PIPES_S = 60;

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
