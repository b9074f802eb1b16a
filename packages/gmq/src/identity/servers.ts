/** Which server a device's data goes to. */
import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import { ConfigError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import { parseEngineConfig, serverAddress } from "@gateway-engine/protocol/engine-config";
import { parseGatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import type { QueueDevice } from "../spool/message.ts";

export interface ServersDeps {
  readonly files: Files;
  readonly engineConfig: string;
  readonly gatewayCfg: string;
  /** The value of GWE_SERVER. */
  readonly override: string | undefined;
  readonly clock: Clock;
}

/** gwe may change the files at any time; they are read again after so long. */
const KEEP_MS = 5000;

export class Servers {
  readonly #deps: ServersDeps;
  #settings: { readonly server: string; readonly product: string; readonly readAt: MonotonicMs } | undefined;

  constructor(deps: ServersDeps) {
    this.#deps = deps;
  }

  /**
   * The address of the main upstream.
   *
   * @param url of its section in gmq.cfg, which counts before Engine.config
   * @throws ConfigError E_CONFIG_MISSING when nothing says where the device's server is
   */
  async addressOf(device: Pick<QueueDevice, "identity">, url: string | undefined): Promise<string> {
    const { override, gatewayCfg } = this.#deps;
    const { server } = await this.#read();
    const productId = await this.productOf(device);
    const configured = url === undefined ? server : forProduct(url, productId);
    if ((override ?? "") === "" && configured === "" && productId === "") {
      const mend = "set it with gwe --set-product-id";
      throw new ConfigError("E_CONFIG_MISSING", { file: gatewayCfg, key: "vendor", mend });
    }
    return serverAddress(override, configured, productId);
  }

  /** Empty: unknown. What has no identity of its own counts to the gateway's product. */
  async productOf({ identity }: Pick<QueueDevice, "identity">): Promise<string> {
    return identity?.vendor ?? (await this.#read()).product;
  }

  async #read(): Promise<{ readonly server: string; readonly product: string }> {
    const { files, engineConfig, gatewayCfg, clock } = this.#deps;
    const now = clock.monotonic();
    if (this.#settings !== undefined && now - this.#settings.readAt < KEEP_MS) return this.#settings;
    const engine = parseEngineConfig((await files.readText(engineConfig)) ?? "");
    const gateway = parseGatewayCfg((await files.readText(gatewayCfg)) ?? "");
    if (!engine.ok) {
      throw new ConfigError("E_CONFIG_SYNTAX", { file: engineConfig, ...engine.problem });
    }
    this.#settings = {
      server: engine.value.server,
      product: gateway.ok ? gateway.value.vendor : "",
      readAt: now,
    };
    return this.#settings;
  }
}

/** An address from gmq.cfg, for the devices of one product. */
export function forProduct(url: string, product: string): string {
  return url.replaceAll("{product}", product);
}
