/** The servers of the configuration: opened together before anything is started, closed together at the end. */
import { TransportError } from "@gateway-engine/core/errors";
import {
  type ListenAddress,
  listenHttp,
  type RequestHandler,
  type RunningHttpServer,
} from "@gateway-engine/platform/http-server";
import type { Credentials, ServerConfig } from "../config/model.ts";

export interface ServersOptions {
  readonly configs: readonly ServerConfig[];
  readonly routes: (credentials: Credentials | undefined) => RequestHandler;
  readonly onError: (error: unknown) => void;
  readonly chown: (path: string, owner: { readonly uid: number; readonly gid: number }) => void;
}

export class Servers {
  readonly #options: ServersOptions;
  readonly #running: RunningHttpServer[] = [];

  constructor(options: ServersOptions) {
    this.#options = options;
  }

  /** @throws TransportError E_PORT_IN_USE when another program listens there; none is open then */
  async open(): Promise<void> {
    const { configs, routes, onError, chown } = this.#options;
    try {
      for (const config of configs) {
        const handle = routes(config.credentials);
        this.#running.push(await listenHttp({ listen: addressOf(config), handle, onError }));
        if (config.kind === "unix" && config.chown !== undefined) chown(config.file, config.chown);
      }
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  async close(deadlineMs: number): Promise<void> {
    await Promise.all(this.#running.splice(0).map((server) => server.stop(deadlineMs)));
  }
}

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
