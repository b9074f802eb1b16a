import type { Agent } from "node:http";
import type { Agent as SecureAgent } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { http } from "./http-modules.ts";

/** The connections that a client keeps open, by what they speak. */
export class Connections {
  readonly http: Agent = new http.Agent({ keepAlive: true });
  readonly local: Agent = new LocalAgent({ keepAlive: true });
  readonly #credentials: TlsCredentials;
  readonly #carriers = new WeakMap<Duplex, Socket>();
  #https: SecureAgent | undefined;

  constructor(credentials: TlsCredentials) {
    this.#credentials = credentials;
  }

  get showsCertificate(): boolean {
    return this.#credentials.cert !== undefined;
  }

  /** Its parts are loaded at the first use, since they load TLS. */
  async https(): Promise<SecureAgent> {
    const { createSecureAgent } = await import("./https-agent.ts");
    this.#https ??= createSecureAgent(this.#credentials, this.#carriers);
    return this.#https;
  }

  /** The TCP socket that carries `socket`, which is `socket` itself without TLS. */
  carrierOf(socket: Socket): Socket {
    return this.#carriers.get(socket) ?? socket;
  }

  close(): void {
    this.http.destroy();
    this.local.destroy();
    this.#https?.destroy();
  }
}

/**
 * For unix sockets: says that it keeps connections, because the original supervisord answers nobody who does not, and
 * keeps none. A new one costs next to nothing, and an old one is dead when the other program was started again meanwhile.
 */
class LocalAgent extends http.Agent {
  override keepSocketAlive(): boolean {
    return false;
  }
}
