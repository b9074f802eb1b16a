/**
 * A client of supervisord, ours or the original: the one face of this package that other programs use.
 *
 * ```ts
 * const supervisor = createSupervisorClient({ http, socketPath: "/tmp/supervisord.sock" });
 * await supervisor.update(["web"], signal);
 * ```
 *
 * Every method may throw ProgramError E_SUPERVISOR_FAULT (details: method, fault, faultCode of `FAULTS`) or
 * E_SUPERVISOR_UNREACHABLE, AuthenticationError E_UNAUTHORIZED, a TransportError, or CancelledError.
 *
 * @see docs/reference/supervisorctl.md
 */
import { TransportError } from "@gateway-engine/core/errors";
import type { HttpClient } from "@gateway-engine/core/http";
import {
  type AnswerReader,
  type ConfigChanges,
  type DaemonInfo,
  type LogTail,
  type ProcessInfo,
  type ProcessOutcome,
  readConfigChanges,
  readDaemon,
  readFlag,
  readList,
  readLogTail,
  readNumbers,
  readOutcomes,
  readProcessInfo,
  readState,
  readText,
  type SupervisorState,
} from "./xmlrpc/answers.ts";
import { type Credentials, createXmlRpcCaller, faultOf } from "./xmlrpc/caller.ts";
import { FAULTS, type FaultName } from "./xmlrpc/faults.ts";
import { applyChanges, type UpdateStep } from "./xmlrpc/update.ts";
import type { XmlRpcValue } from "./xmlrpc/value.ts";

export type {
  ConfigChanges,
  Credentials,
  DaemonInfo,
  LogTail,
  ProcessInfo,
  ProcessOutcome,
  SupervisorState,
  UpdateStep,
};

export interface SupervisorClientOptions {
  readonly http: HttpClient;
  /** The unix socket of supervisord. */
  readonly socketPath: string;
  readonly credentials?: Credentials;
  /** Longest wait for an answer, in milliseconds (30,000). */
  readonly timeoutMs?: number;
  /** The same for calls that wait for programs to start or stop: a program may take its `stopwaitsecs` (600,000). */
  readonly waitTimeoutMs?: number;
}

export interface SupervisorClient {
  /** The version of the interface: `3.0`. */
  getVersion(signal: AbortSignal): Promise<string>;
  getState(signal: AbortSignal): Promise<SupervisorState>;
  getAllProcessInfo(signal: AbortSignal): Promise<readonly ProcessInfo[]>;
  /** @param name `group:process`, or the one name when both are the same */
  getProcessInfo(name: string, signal: AbortSignal): Promise<ProcessInfo>;
  /** Resolves when the process is RUNNING. Faults: BAD_NAME, NO_FILE, NOT_EXECUTABLE, ALREADY_STARTED, SPAWN_ERROR, ABNORMAL_TERMINATION. */
  startProcess(name: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the process has ended. Faults: BAD_NAME, NOT_RUNNING, FAILED. */
  stopProcess(name: string, signal: AbortSignal): Promise<void>;
  /** What happened to each process that was not running; a start that failed is in the list, not thrown. */
  startProcessGroup(group: string, signal: AbortSignal): Promise<readonly ProcessOutcome[]>;
  /** What happened to each process that was running. */
  stopProcessGroup(group: string, signal: AbortSignal): Promise<readonly ProcessOutcome[]>;
  /** Reads the configuration again and changes nothing yet. Faults: CANT_REREAD, whose text says what is wrong where. */
  reloadConfig(signal: AbortSignal): Promise<ConfigChanges>;
  /** Activates a group of the configuration as last read. Faults: BAD_NAME, ALREADY_ADDED. */
  addProcessGroup(group: string, signal: AbortSignal): Promise<void>;
  /** Faults: BAD_NAME, STILL_RUNNING. */
  removeProcessGroup(group: string, signal: AbortSignal): Promise<void>;
  /** At most the last `length` bytes of what the process wrote after `offset`. */
  tailProcessStdoutLog(name: string, range: LogRange, signal: AbortSignal): Promise<LogTail>;
  /** The same of standard error, where it has a log of its own. Faults: BAD_NAME, NO_FILE. */
  tailProcessStderrLog(name: string, range: LogRange, signal: AbortSignal): Promise<LogTail>;
  /** Faults: UNKNOWN_METHOD, when it is not ours. */
  getDaemon(signal: AbortSignal): Promise<DaemonInfo>;
  /** How often each process was started since the daemon began, by name, or `group:name`. Faults: UNKNOWN_METHOD, when it is not ours. */
  getStartCounts(signal: AbortSignal): Promise<Readonly<Record<string, number>>>;
  /** Has the release of supervisord that is in force take the place of the one that answers. Faults: FAILED. */
  replaceDaemon(signal: AbortSignal): Promise<void>;
  /** Stops everything, reads the configuration, and begins again in the same process. */
  restart(signal: AbortSignal): Promise<void>;
  /**
   * Makes the running groups those of the configuration, as `supervisorctl update` does.
   *
   * @param names only these groups; all that changed when it is empty
   * @returns what was done, in order
   */
  update(names: readonly string[], signal: AbortSignal): Promise<readonly UpdateStep[]>;
}

export interface LogRange {
  readonly offset: number;
  readonly length: number;
}

/** Whether `error` is this fault of supervisord, such as BAD_NAME. */
export function isFault(error: unknown, name: FaultName): boolean {
  return faultOf(error)?.code === FAULTS[name];
}

export function createSupervisorClient(options: SupervisorClientOptions): SupervisorClient {
  return new XmlRpcSupervisorClient(options);
}

class XmlRpcSupervisorClient implements SupervisorClient {
  readonly #caller: ReturnType<typeof createXmlRpcCaller>;
  readonly #socketPath: string;
  readonly #timeoutMs: number;
  readonly #waitTimeoutMs: number;

  constructor({ http, socketPath, credentials, timeoutMs = 30_000, waitTimeoutMs = 600_000 }: SupervisorClientOptions) {
    const server = { url: "http://localhost", socketPath };
    this.#caller = createXmlRpcCaller(http, credentials === undefined ? server : { ...server, credentials });
    this.#socketPath = socketPath;
    this.#timeoutMs = timeoutMs;
    this.#waitTimeoutMs = waitTimeoutMs;
  }

  getVersion(signal: AbortSignal): Promise<string> {
    return this.#ask(readText, "getVersion", [], signal);
  }

  getState(signal: AbortSignal): Promise<SupervisorState> {
    return this.#ask(readState, "getState", [], signal);
  }

  getAllProcessInfo(signal: AbortSignal): Promise<readonly ProcessInfo[]> {
    return this.#ask(readList(readProcessInfo), "getAllProcessInfo", [], signal);
  }

  getProcessInfo(name: string, signal: AbortSignal): Promise<ProcessInfo> {
    return this.#ask(readProcessInfo, "getProcessInfo", [name], signal);
  }

  async startProcess(name: string, signal: AbortSignal): Promise<void> {
    await this.#ask(readFlag, "startProcess", [name, true], signal);
  }

  async stopProcess(name: string, signal: AbortSignal): Promise<void> {
    await this.#ask(readFlag, "stopProcess", [name, true], signal);
  }

  startProcessGroup(group: string, signal: AbortSignal): Promise<readonly ProcessOutcome[]> {
    return this.#ask(readOutcomes, "startProcessGroup", [group, true], signal);
  }

  stopProcessGroup(group: string, signal: AbortSignal): Promise<readonly ProcessOutcome[]> {
    return this.#ask(readOutcomes, "stopProcessGroup", [group, true], signal);
  }

  reloadConfig(signal: AbortSignal): Promise<ConfigChanges> {
    return this.#ask(readConfigChanges, "reloadConfig", [], signal);
  }

  async addProcessGroup(group: string, signal: AbortSignal): Promise<void> {
    await this.#ask(readFlag, "addProcessGroup", [group], signal);
  }

  async removeProcessGroup(group: string, signal: AbortSignal): Promise<void> {
    await this.#ask(readFlag, "removeProcessGroup", [group], signal);
  }

  tailProcessStdoutLog(name: string, { offset, length }: LogRange, signal: AbortSignal): Promise<LogTail> {
    return this.#ask(readLogTail, "tailProcessStdoutLog", [name, offset, length], signal);
  }

  tailProcessStderrLog(name: string, { offset, length }: LogRange, signal: AbortSignal): Promise<LogTail> {
    return this.#ask(readLogTail, "tailProcessStderrLog", [name, offset, length], signal);
  }

  getDaemon(signal: AbortSignal): Promise<DaemonInfo> {
    return this.#ask(readDaemon, "gateway.getDaemon", [], signal);
  }

  getStartCounts(signal: AbortSignal): Promise<Readonly<Record<string, number>>> {
    return this.#ask(readNumbers, "gateway.getStartCounts", [], signal);
  }

  async replaceDaemon(signal: AbortSignal): Promise<void> {
    await this.#ask(readFlag, "gateway.replaceDaemon", [], signal);
  }

  async restart(signal: AbortSignal): Promise<void> {
    await this.#ask(readFlag, "restart", [], signal);
  }

  async update(names: readonly string[], signal: AbortSignal): Promise<readonly UpdateStep[]> {
    const changes = await this.reloadConfig(signal);
    const steps: UpdateStep[] = [];
    await applyChanges(this, changes, (step) => steps.push(step), { names: new Set(names), signal });
    return steps;
  }

  async #ask<Value>(
    read: AnswerReader<Value>,
    name: string,
    params: readonly XmlRpcValue[],
    signal: AbortSignal,
  ): Promise<Value> {
    const method = name.includes(".") ? name : `supervisor.${name}`;
    const timeoutMs = /^(start|stop)/.test(name) ? this.#waitTimeoutMs : this.#timeoutMs;
    const answer = read(await this.#caller.call(method, params, { timeoutMs, signal }));
    if (answer.ok) return answer.value;
    const problem = `${method}: ${answer.problem}`;
    throw new TransportError("E_RESPONSE_INVALID", { server: this.#socketPath, problem });
  }
}
