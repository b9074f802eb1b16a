/**
 * The device client for an application on Node: with this machine's files and network, the certificates of some files, and
 * the proxy that the environment names.
 *
 * ```ts
 * import { openDevice } from "@gateway-engine/device-client/node";
 *
 * const signal = AbortSignal.timeout(60_000);
 * const device = await openDevice({ cfgFile: "device.cfg", userAgent: "thermometer/1.0" });
 * if (!device.activated()) await device.activate({ signal });
 * await device.write([["temperature", "21.5"]], { signal });
 * ```
 *
 * @see docs/reference/device-client.md
 */
import type { HttpClient } from "@gateway-engine/core/http";
import { oneProxy, proxyRulesFrom } from "@gateway-engine/core/proxy";
import type { TlsFiles } from "@gateway-engine/core/tls";
import { nodeFiles } from "@gateway-engine/platform/files";
import { createHttpClient } from "@gateway-engine/platform/http-client";
import { readTlsFiles } from "@gateway-engine/platform/tls-files";
import { Device, type DeviceOptions } from "./device.ts";
import { createDeviceClient, type DeviceClient, type DeviceClientOptions } from "./device-client.ts";

export type { TlsFiles } from "@gateway-engine/core/tls";
export type { Device, DeviceOptions } from "./device.ts";
export type * from "./device-client.ts";

/** How the server is reached. */
export interface NetworkOptions {
  /** Files with a client certificate and its key, and with the authorities that are trusted instead of the usual ones. */
  readonly tls?: TlsFiles | undefined;
  /** Address of an HTTP proxy; empty: none. Without it, what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. */
  readonly proxy?: string | undefined;
}

/**
 * A device with its identity in a file. With a client certificate it sends no CIK.
 *
 * @param options `server`: without it GWE_SERVER, and without that the address that follows from the file's vendor
 * @throws ConfigError when the identity file, a file of `tls` or the proxy's address cannot be used
 */
export async function openDevice(options: Omit<DeviceOptions, "certificate"> & NetworkOptions): Promise<Device> {
  const { tls, proxy, ...own } = options;
  const http = await openNetwork({ tls, proxy });
  const server = own.server || process.env["GWE_SERVER"];
  return Device.open({ files: nodeFiles, http }, { ...own, server, certificate: Boolean(tls?.cert) });
}

/** The calls of the Device API, for who keeps identity and CIK elsewhere. @throws ConfigError as `openDevice` */
export async function connectDeviceClient(
  options: Omit<DeviceClientOptions, "http"> & NetworkOptions,
): Promise<DeviceClient> {
  const { tls, proxy, ...own } = options;
  return createDeviceClient({ ...own, http: await openNetwork({ tls, proxy }) });
}

/** The HTTP client below. Its idle connections do not keep a program running. */
export async function openNetwork({ tls, proxy }: NetworkOptions): Promise<HttpClient & { close(): void }> {
  const named = proxy === undefined ? proxyRulesFrom(process.env) : undefined;
  const rules = proxy ? oneProxy(proxy, { file: "the options", key: "proxy" }) : named;
  return createHttpClient({ proxy: rules, tls: await readTlsFiles(tls ?? {}) });
}
