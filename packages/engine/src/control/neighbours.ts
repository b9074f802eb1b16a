/**
 * The programs of a gateway, its server and its machine, for a command that looks at all of them and changes nothing.
 *
 * @example
 * const neighbours = openNeighbours(environment);
 * print((await neighbours.engine.status(signal)).activated);
 * neighbours.close();
 */
import { gatewayPaths } from "@gateway-engine/core/paths";
import { type ProxyRules, proxyRulesFrom } from "@gateway-engine/core/proxy";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { VERSION } from "@gateway-engine/core/version";
import { createDeviceClient, type DeviceClient } from "@gateway-engine/device-client/device-client";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { readTlsFiles } from "@gateway-engine/platform/tls-files";
import type { EngineConfig } from "@gateway-engine/protocol/engine-config";
import { GMQ_CONTROL_PATHS, type QueueStatusAnswer } from "@gateway-engine/protocol/local-control";
import { createSupervisorClient, type ProcessInfo, type SupervisorClient } from "@gateway-engine/supervisor/client";
import { type Environment, serverOverride } from "../environment.ts";
import { type ControlClient, createControlClient } from "./control-client.ts";

export type { ProcessInfo, ProxyRules };
export { serverOverride };

/** Every call throws a TransportError, or a ProgramError, when nobody answers. */
export interface Neighbours {
  readonly engine: Pick<ControlClient, "identity" | "status" | "apps" | "history">;
  readonly supervisor: Pick<SupervisorClient, "getState" | "getAllProcessInfo">;
  queue(signal: AbortSignal): Promise<QueueStatusAnswer>;
  close(): void;
}

export function openNeighbours(environment: Environment): Neighbours {
  const paths = gatewayPaths(environment["GWE_ROOT"]);
  const http = createHttpClient();
  return {
    engine: createControlClient({ http, socketPath: paths.gweSocket }),
    supervisor: createSupervisorClient({ http, socketPath: paths.supervisorSocket, timeoutMs: ANSWER_MS }),
    queue: async (signal) => {
      const request = { method: "GET", url: `http://gmq${GMQ_CONTROL_PATHS.status}`, timeoutMs: ANSWER_MS } as const;
      const answer = await http.request({ ...request, socketPath: paths.gmqSocket, signal });
      return JSON.parse(await answer.text(MAX_ANSWER_BYTES)) as QueueStatusAnswer;
    },
    close: () => http.close(),
  };
}

export interface ServerAccess {
  readonly client: Pick<DeviceClient, "timestamp" | "read">;
  /** How the server is reached, for those who look at the line itself. */
  readonly proxy: ProxyRules | undefined;
  readonly tls: TlsCredentials;
  close(): void;
}

export interface ServerOptions {
  /** Without a path. */
  readonly server: string;
  readonly config: Pick<EngineConfig, "tls" | "userAgent">;
  /** Empty: only what needs none can be asked. */
  readonly cik: string;
  readonly environment: Environment;
}

/** The server as the engine reaches it: through the same proxy, with the same certificates. @throws ConfigError E_TLS_FILE */
export async function openServer({ server, config, cik, environment }: ServerOptions): Promise<ServerAccess> {
  const tls = await readTlsFiles(config.tls, { cert: "tls_cert", key: "tls_key", ca: "tls_ca" });
  const proxy = proxyRulesFrom(environment);
  const http = createHttpClient({ tls, proxy });
  const userAgent = config.userAgent || `GatewayEngine-v${VERSION}`;
  const client = createDeviceClient({ http, server, userAgent, cik: () => cik, timeoutMs: ANSWER_MS });
  return { client, proxy, tls, close: () => http.close() };
}

const ANSWER_MS = 10_000;
const MAX_ANSWER_BYTES = 262_144;
