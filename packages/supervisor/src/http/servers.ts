/** The servers of the configuration: opened together before anything is started, closed together at the end. */
import type { Clock } from "@gateway-engine/core/clock";
import { TransportError } from "@gateway-engine/core/errors";
import {
  type ListenAddress,
  listenHttp,
  type RequestHandler,
  type RunningHttpServer,
} from "@gateway-engine/platform/http-server";
import type { Credentials, ServerConfig } from "../config/model.ts";
import type { DaemonLog } from "../logs/daemon-log.ts";

export interface ServersOptions {
  readonly configs: readonly ServerConfig[];
  readonly routes: (credentials: Credentials | undefined) => RequestHandler;
  readonly onError: (error: unknown) => void;
  readonly chown: (path: string, owner: { readonly uid: number; readonly gid: number }) => void;
  readonly exists: (path: string) => boolean;
  /** Calls `onTouched` when something happens to the file at `path`; undefined when that cannot be watched. */
  readonly watch: (path: string, onTouched: () => void) => { close(): void } | undefined;
  readonly clock: Clock;
  readonly log: DaemonLog;
}

export class Servers {
  readonly #options: ServersOptions;
  readonly #running = new Map<ServerConfig, RunningHttpServer>();
  readonly #watches = new Map<ServerConfig, { close(): void }>();
  readonly #closing = new AbortController();
  /** Aborted when it is time to look at the sockets. */
  #pause = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  constructor(options: ServersOptions) {
    this.#options = options;
  }

  /** @throws TransportError E_PORT_IN_USE when another program listens there; none is open then */
  async open(): Promise<void> {
    const { configs } = this.#options;
    try {
      for (const config of configs) await this.#listen(config);
    } catch (error) {
      await this.close(0);
      throw error;
    }
    if (configs.some(({ kind }) => kind === "unix")) this.#watching = this.#keepSockets();
  }

  async close(deadlineMs: number): Promise<void> {
    this.#closing.abort();
    await this.#watching;
    const servers = [...this.#running.values()];
    this.#running.clear();
    for (const watch of this.#watches.values()) watch.close();
    await Promise.all(servers.map((server) => server.stop(deadlineMs)));
  }

  async #listen(config: ServerConfig): Promise<void> {
    const { routes, onError, chown, watch } = this.#options;
    const handle = routes(config.credentials);
    this.#running.set(config, await listenHttp({ listen: addressOf(config), handle, onError }));
    if (config.kind !== "unix") return;
    if (config.chown !== undefined) chown(config.file, config.chown);
    const watching = watch(config.file, () => this.#pause.abort());
    if (watching !== undefined) this.#watches.set(config, watching);
  }

  /**
   * What cleans /tmp takes sockets with it, and nobody could reach us any more: such a socket is made again. The kernel
   * says when to look; the look now and then is for where it cannot.
   */
  async #keepSockets(): Promise<void> {
    const { configs, exists, onError } = this.#options;
    const { signal } = this.#closing;
    for (await this.#nextLook(); !signal.aborted; await this.#nextLook()) {
      for (const config of configs) {
        if (config.kind === "unix" && !exists(config.file)) await this.#listenAgain(config, config.file).catch(onError);
      }
    }
  }

  async #nextLook(): Promise<void> {
    this.#pause = new AbortController();
    const either = AbortSignal.any([this.#closing.signal, this.#pause.signal]);
    await this.#options.clock.sleep(SOCKET_LOOK_MS, either).catch(() => undefined);
  }

  /** The old server goes first: closing it removes whatever socket lies at its path. */
  async #listenAgain(config: ServerConfig, file: string): Promise<void> {
    this.#options.log.write("WARN", `the socket ${file} was removed; making it again`);
    this.#watches.get(config)?.close();
    await this.#running.get(config)?.stop(LAST_ANSWERS_MS);
    await this.#listen(config);
  }
}

const SOCKET_LOOK_MS = 60_000;
/** For calls that came through the removed socket and are still being answered. */
const LAST_ANSWERS_MS = 2000;

/** supervisord's words for what a second daemon is told. */
export const ALREADY_LISTENING =
  "Another program is already listening on a port that one of our HTTP servers is configured to use.  Shut this program down first before starting supervisord.";

export function isPortInUse(error: unknown): boolean {
  return error instanceof TransportError && error.code === "E_PORT_IN_USE";
}

/** What children find in SUPERVISOR_SERVER_URL: the first unix server, else the first on a port. */
export function serverUrlOf(configs: readonly ServerConfig[]): string | undefined {
  const server = configs.find(({ kind }) => kind === "unix") ?? configs[0];
  if (server === undefined) return undefined;
  return server.kind === "unix" ? `unix://${server.file}` : `http://${server.host || "localhost"}:${server.port}`;
}

function addressOf(config: ServerConfig): ListenAddress {
  if (config.kind === "unix") return { socketPath: config.file, mode: config.chmod };
  return {
    host: config.host === "" ? "0.0.0.0" : config.host,
    port: config.port,
    option: `port of [${config.section}]`,
  };
}
