/** One life of the daemon: from its configuration until it is told to end or to begin again. */
import type { Service } from "@gateway-engine/core/service";
import type { SyncFiles } from "@gateway-engine/core/sync-files";
import type { SystemLog } from "@gateway-engine/core/system-log";
import type { ConfigNotice } from "../config/model.ts";
import type { Ticks } from "../events/ticks.ts";
import type { Servers } from "../http/servers.ts";
import type { LogCompressor } from "../logs/log-compressor.ts";
import type { MainLog } from "../logs/main-log.ts";
import type { ChildRecords } from "../process/child-records.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { Supervisor } from "../supervisor.ts";
import type { DaemonState, Mood } from "./daemon-state.ts";
import type { HandedOver } from "./handover.ts";

export interface DaemonDeps {
  readonly state: DaemonState;
  readonly supervisor: Supervisor;
  readonly ticks: Ticks;
  readonly scheduler: Scheduler;
  readonly servers: Servers;
  readonly log: MainLog;
  readonly systemLog: SystemLog;
  readonly logCompressor: Pick<LogCompressor, "stop">;
  readonly files: SyncFiles;
  readonly pid: number;
  /** What the main log says first, beside what the configuration has to say. */
  readonly notices: readonly ConfigNotice[];
  /** What it says of its way into the background, right before it is up. */
  readonly backgroundNotices: readonly ConfigNotice[];
  readonly records: Pick<ChildRecords, "removeFolder">;
  readonly handover: HandoverDesk;
  /** Keeps a second daemon off the same children. */
  readonly lock: { release(): void };
}

/** What passes from one program of supervisord to the next. */
export interface HandoverDesk {
  /** Writes down what the next one cannot see for itself, and keeps what the children write until it reads that. */
  write(processes: Iterable<HandedOver>): void;
  /** What the one before wrote is of no use any more. */
  remove(): void;
}

export type Ending = Exclude<Mood, "RUNNING">;

export class Daemon implements Service {
  readonly #deps: DaemonDeps;
  readonly #ended: Promise<void>;
  #markEnded: () => void = () => {};
  #exitStatus = 0;

  constructor(deps: DaemonDeps) {
    this.#deps = deps;
    this.#ended = new Promise((resolve) => {
      this.#markEnded = resolve;
    });
  }

  /** Resolves as soon as it was told to end or to begin again. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Whether it was told to end or to begin again; a shutdown may still overrule a restart. */
  get mood(): Mood {
    return this.#deps.state.mood;
  }

  /** What the program is to exit with after a shutdown. */
  get exitStatus(): number {
    return this.#exitStatus;
  }

  /** @throws TransportError E_PORT_IN_USE; StorageError. Nothing runs then that did not run before. */
  async start(): Promise<void> {
    const { state, supervisor, ticks, scheduler, servers, log, files, pid, notices } = this.#deps;
    for (const { level, message } of bySeverity([...state.config.notices, ...notices])) log.write(level, message);
    await supervisor.prepare();
    await servers.open();
    this.#introduceServers();
    for (const { level, message } of this.#deps.backgroundNotices) log.write(level, message);
    files.replace(state.config.daemon.pidfile, `${pid}\n`, 0o644);
    log.write("INFO", `supervisord started with pid ${pid}`);
    ticks.start();
    supervisor.start();
    scheduler.start();
    this.#deps.handover.remove();
  }

  end(ending: Ending): void {
    if (this.#deps.state.end(ending)) this.#markEnded();
  }

  /** Ends because of something that went wrong; a daemon that ends already is left to it. */
  endWith(exitStatus: number): void {
    if (!this.#deps.state.isRunning) return;
    this.#exitStatus = exitStatus;
    this.end("SHUTDOWN");
  }

  /** Asked for by a signal. */
  endBecauseOf(signal: string, ending: Ending): void {
    const { state, log } = this.#deps;
    const wish = ending === "SHUTDOWN" ? "exit" : "restart";
    if (ending === "RESTARTING" && state.mood === "SHUTDOWN") {
      log.write("WARN", `ignored ${signal} indicating ${wish} request (shutdown in progress)`);
      return;
    }
    log.write("WARN", `received ${signal} indicating ${wish} request`);
    this.end(ending);
  }

  reopenLogs(signal: string): void {
    const { log, supervisor } = this.#deps;
    log.write("INFO", `received ${signal} indicating log reopen request`);
    log.write("INFO", "supervisord logreopen");
    log.reopen();
    supervisor.reopenLogs();
  }

  /** Stops every process; each has its own `stopwaitsecs`, so only the connections obey the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    const { state, supervisor, servers, files, records, lock } = this.#deps;
    if (state.isRunning) this.end("SHUTDOWN");
    this.#deps.scheduler.stop();
    await supervisor.stop();
    this.#deps.ticks.stop();
    await servers.close(deadlineMs);
    files.remove(state.config.daemon.pidfile);
    // While it is still held: released first, it could be another daemon's lock that goes with the folder.
    records.removeFolder();
    lock.release();
    await this.#closeLogs();
  }

  /** Begins to make room for another release of itself; a shutdown that is asked for meanwhile overrules that. */
  async prepareHandover(deadlineMs: number): Promise<void> {
    const { servers, scheduler, ticks, logCompressor, systemLog } = this.#deps;
    scheduler.stop();
    ticks.stop();
    await servers.close(deadlineMs);
    await logCompressor.stop();
    await systemLog.close();
  }

  /** The last that it does, all at once: whatever happens to a child from now on is for the next one to see. */
  handOver(): void {
    const { supervisor, handover, log, lock } = this.#deps;
    log.write("INFO", "supervisord is replaced; every program goes on");
    supervisor.letGo();
    handover.write(supervisor.processes());
    log.close();
    lock.release();
  }

  /** After a failed start: lets go of what was taken, and leaves every process as it is. */
  async abandon(): Promise<void> {
    const { servers, supervisor, lock } = this.#deps;
    this.#deps.scheduler.stop();
    await servers.close(0);
    supervisor.letGo();
    lock.release();
    await this.#closeLogs();
  }

  async #closeLogs(): Promise<void> {
    const { log, logCompressor, systemLog } = this.#deps;
    await logCompressor.stop();
    log.close();
    await systemLog.close();
  }

  #introduceServers(): void {
    const { state, log } = this.#deps;
    for (const { section, credentials } of state.config.servers) {
      if (state.config.hasSupervisorInterface) log.write("INFO", "RPC interface 'supervisor' initialized");
      if (credentials !== undefined) continue;
      log.write("CRIT", `Server '${section}' running without any HTTP authentication checking`);
    }
  }
}

/** The worst first, as the original has it. */
function bySeverity(notices: readonly ConfigNotice[]): readonly ConfigNotice[] {
  return (["CRIT", "WARN", "INFO"] as const).flatMap((level) => notices.filter((notice) => notice.level === level));
}
