/**
 * The classes of the original device client, for applications on Node: `exo.api.ExositeAPI` and `exo.device.Device`.
 *
 * ```ts
 * import { Device, ExositeAPI } from "@gateway-engine/device-client/exo";
 *
 * const api = new ExositeAPI({ cik: "f1d4...", url: "192.168.10.242:443" });
 * const device = await Device.open("my-app/1.0", "/etc/my-app/device.cfg");
 * ```
 *
 * @see docs/reference/device-client.md#exositeapi-and-device
 */
import type { HttpClient } from "@gateway-engine/core/http";
import { nodeFiles } from "@gateway-engine/platform/files";
import { type DeviceOptions, Device as PortableDevice } from "./exo/device.ts";
import { type ExositeOptions, ExositeAPI as PortableExositeAPI } from "./exo/exosite-api.ts";
import { type NetworkOptions, openNetwork } from "./node.ts";

export type { ExositeOptions, Values } from "./exo/exosite-api.ts";
export type {
  ActivationHandler,
  AnswerHandler,
  ContentHandler,
  ReadHandler,
  RecordHandler,
  WriteHandler,
} from "./exo/handlers.ts";

/** The server of the first generation, for who names only a CIK. */
const ONE_PLATFORM = "m2.exosite.com";

export class ExositeAPI extends PortableExositeAPI {
  /**
   * @param options `url`: `host:port`; without it GWE_SERVER, and without that the first generation's server.
   * Files of `tls` are read at the first call, which then throws ConfigError E_TLS_FILE when one of them cannot be used
   */
  constructor(options: Omit<ExositeOptions, "url"> & { readonly url?: string } & NetworkOptions) {
    const url = options.url || process.env["GWE_SERVER"] || ONE_PLATFORM;
    super({ http: networkAtFirstUse(options) }, { ...options, url });
  }
}

export type Device = PortableDevice;

export const Device: {
  /**
   * A device with its identity in a file, with or without the header `[device]`.
   *
   * @param options `url`: without it GWE_SERVER, and without that the address that follows from the file's vendor
   * @throws ConfigError when the file cannot be used
   */
  open(
    userAgent: string,
    cfgFile: string,
    options?: Omit<DeviceOptions, "userAgent" | "cfgFile" | "certificate"> & NetworkOptions,
  ): Promise<Device>;
} = {
  async open(userAgent, cfgFile, options = {}) {
    const url = options.url || process.env["GWE_SERVER"];
    const http = await openNetwork(options);
    const own = { url, userAgent, cfgFile, certificate: Boolean(options.tls?.cert) };
    return PortableDevice.open({ http, files: nodeFiles }, { ...options, ...own });
  },
};

function networkAtFirstUse(options: NetworkOptions): HttpClient {
  let network: Promise<HttpClient> | undefined;
  return {
    request: async (request) => {
      network ??= openNetwork(options);
      return (await network).request(request);
    },
  };
}
