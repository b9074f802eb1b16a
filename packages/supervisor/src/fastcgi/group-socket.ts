/**
 * The socket of a `[fcgi-program:x]`: one for all its processes.
 *
 * It is opened before the first of them is started and stays open while any of them runs or is to be started again,
 * so who connects while one is restarted waits for the next. When all are stopped it is closed.
 */
import type { ListeningAddress, ListeningSocket, ListeningSockets } from "@gateway-engine/core/listening-sockets";
import { fail, type Result } from "@gateway-engine/core/result";
import { socketUrl } from "../config/fcgi-section.ts";
import type { FastCgiSocketConfig } from "../config/model.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";
import type { ManagedProcess } from "../process/managed-process.ts";
import type { SocketSource } from "../process/process-child.ts";
import { isStopped } from "../process/state.ts";
import { nextStop } from "../process/waits.ts";
import { describeListenProblem } from "./listen-problem.ts";

export interface GroupSocketDeps {
  readonly sockets: ListeningSockets;
  readonly log: DaemonLog;
}

export class GroupSocket implements SocketSource {
  readonly #config: FastCgiSocketConfig;
  readonly #deps: GroupSocketDeps;
  readonly #users: ManagedProcess[] = [];
  #vacated: Promise<unknown> = Promise.resolve();
  #opened: Promise<Result<ListeningSocket, string>> | undefined;

  constructor(config: FastCgiSocketConfig, deps: GroupSocketDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** @param process is given this socket whenever it is started */
  serve(process: ManagedProcess): void {
    this.#users.push(process);
    process.onState((to) => {
      if (isStopped({ name: to }) && this.#users.every(({ state }) => isStopped(state))) this.#close();
    });
  }

  /** @param orphan holds a socket at this address that an earlier daemon opened; it is on its way to stop */
  waitFor(orphan: ManagedProcess): void {
    this.#vacated = Promise.all([this.#vacated, nextStop(orphan)]);
  }

  /** A failure is forgotten: the next call tries again. */
  async open(): Promise<Result<ListeningSocket, string>> {
    this.#opened ??= this.#listen();
    const opening = this.#opened;
    const opened = await opening;
    if (!opened.ok && this.#opened === opening) this.#opened = undefined;
    return opened;
  }

  async #listen(): Promise<Result<ListeningSocket, string>> {
    await this.#vacated;
    const url = socketUrl(this.#config);
    this.#deps.log.write("INFO", `Creating socket ${url}`);
    const opened = await this.#deps.sockets.open(listeningAddress(this.#config));
    if (opened.ok) return opened;
    return fail(`Could not create FastCGI socket ${url}: ${describeListenProblem(opened.problem)}`);
  }

  #close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    void opened?.then((socket) => {
      if (!socket.ok) return;
      this.#deps.log.write("INFO", `Closing socket ${socketUrl(this.#config)}`);
      socket.value.close();
    });
  }
}

function listeningAddress(config: FastCgiSocketConfig): ListeningAddress {
  return { ...config, backlog: config.backlog ?? MOST_BACKLOG };
}

/** The kernel takes as many as it is set to, in /proc/sys/net/core/somaxconn. */
const MOST_BACKLOG = 4096;
