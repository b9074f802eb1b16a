import type { RequestOptions } from "node:http";
import type { Agent } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { type Dialling, dial } from "./http-dial.ts";
import { loadHttps } from "./http-modules.ts";

/** What our client adds to the options of a request, for the connection that may have to be made for it. */
export interface SecureRequestOptions extends RequestOptions {
  readonly dialling: Dialling;
  /** Through which a tunnel is opened. */
  readonly proxy: URL | undefined;
}

/**
 * An agent whose TLS runs over a TCP connection that we make: straight or through a proxy's tunnel, and counted.
 *
 * @param carriers TLS sockets and the TCP sockets below them
 */
export function createSecureAgent(credentials: TlsCredentials, carriers: WeakMap<Duplex, Socket>): Agent {
  const { Agent } = loadHttps();

  class DiallingAgent extends Agent {
    override createConnection(
      options: RequestOptions,
      callback: (error: Error | null, socket: Duplex) => void,
    ): undefined {
      this.#connect(options as SecureRequestOptions).then(
        (socket) => callback(null, socket),
        // Node gives no socket with an error either; its types forget that.
        (error: Error) => (callback as (error: Error) => void)(error),
      );
    }

    async #connect(options: SecureRequestOptions): Promise<Duplex> {
      const carrier = await connectTcp(options);
      const secure = super.createConnection({ ...options, socket: carrier } as RequestOptions);
      if (secure === null || secure === undefined) throw new Error("TLS gave no socket");
      carriers.set(secure, carrier);
      return secure;
    }
  }

  return new DiallingAgent({ keepAlive: true, ...credentials });
}

async function connectTcp({ host, port, dialling, proxy }: SecureRequestOptions): Promise<Socket> {
  const server = { host: host ?? "localhost", port: Number(port ?? 443) };
  if (proxy === undefined) return dial(server.host, server.port, dialling);
  const { openTunnel } = await import("./http-proxy.ts");
  return openTunnel(proxy, `${server.host.includes(":") ? `[${server.host}]` : server.host}:${server.port}`, dialling);
}
