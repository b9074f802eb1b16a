/** Requests through a proxy: whole ones for http://, a tunnel by CONNECT for https://. Loaded when a proxy is used. */
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import { TransportError } from "@gateway-engine/core/errors";
import { shownProxy } from "@gateway-engine/core/proxy";
import type { Dialling } from "./http-dial.ts";
import { http } from "./http-modules.ts";

/**
 * Asks the proxy for a connection to `target`, which is `host:port`.
 *
 * @throws TransportError E_PROXY when the proxy refuses; the operating system's error when it cannot be reached
 */
export function openTunnel(proxy: URL, target: string, { timeout, signal, traffic }: Dialling): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers = { Host: target, ...proxyAuthorization(proxy) };
    const options = { method: "CONNECT", ...addressOf(proxy), path: target, headers, agent: false, signal } as const;
    const message = http.request({ ...options, timeout: timeout.ms });
    message.once("timeout", () => message.destroy(timeout.error()));
    message.once("socket", (socket) => traffic.isCarriedBy(socket, false));
    // Over plain HTTP Node gives the TCP socket itself.
    message.once("connect", (response, socket: Socket) => {
      if (response.statusCode !== 200) return reject(refused(proxy, target, response, message));
      socket.setTimeout(0);
      // From now on its failures show on the TLS socket above it.
      socket.on("error", () => {});
      resolve(socket);
    });
    message.once("response", (response) => reject(refused(proxy, target, response, message)));
    message.once("error", reject);
    message.end();
  });
}

/** A request for `url` as the proxy takes it: with the whole address instead of the path. */
export function throughProxy(proxy: URL, url: URL, headers: Readonly<Record<string, string>>): RequestOptions {
  const { origin, host, pathname, search } = url;
  const path = `${origin}${pathname}${search}`;
  return { ...addressOf(proxy), path, headers: { Host: host, ...headers, ...proxyAuthorization(proxy) } };
}

/** @param status 407, or 401 as some proxies have it */
export function wantsPassword(proxy: URL, status = 407): TransportError {
  const has = proxy.username === "" ? "asks for a user and a password" : "does not accept its user and password";
  return new TransportError("E_PROXY", { proxy: shownProxy(proxy), problem: `${has} (${status})` });
}

function addressOf(proxy: URL): { readonly hostname: string; readonly port: number } {
  return { hostname: proxy.hostname.replace(/^\[|\]$/g, ""), port: Number(proxy.port || 80) };
}

/** Basic authentication with the user and password of the proxy's address. */
function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === "") return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

function refused(proxy: URL, target: string, response: IncomingMessage, message: ClientRequest): TransportError {
  message.destroy();
  const { statusCode = 0 } = response;
  if (statusCode === 407 || statusCode === 401) return wantsPassword(proxy, statusCode);
  const problem = `does not connect to ${target} (${statusCode})`;
  return new TransportError("E_PROXY", { proxy: shownProxy(proxy), problem });
}
