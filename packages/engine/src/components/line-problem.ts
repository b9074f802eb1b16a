import { type ProxyRules, proxyFor } from "@gateway-engine/core/proxy";
import type { TcpDialer } from "@gateway-engine/core/tcp";

export interface LineToServer {
  /** An address with `http:` or `https:`. */
  readonly server: string;
  readonly proxy: ProxyRules | undefined;
}

/**
 * Tells a server that is down for everybody from an engine that cannot talk to it.
 *
 * @returns why not even a connection can be opened; undefined when it can
 */
export async function lineProblem(
  { server, proxy }: LineToServer,
  tcp: TcpDialer,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = new URL(server);
  const { hostname, port, protocol } = (proxy && proxyFor(url, proxy)) ?? url;
  const usual = protocol === "https:" ? 443 : 80;
  const address = { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? usual : Number(port) };
  return tcp.probe(address, TIMEOUT_MS, signal);
}

const TIMEOUT_MS = 5000;
