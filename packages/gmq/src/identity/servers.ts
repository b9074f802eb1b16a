/** Which server a device's data goes to. */
import type { Clock, MonotonicMs } from "@gateway-engine/core/clock";
import { ConfigError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { DeviceClient } from "@gateway-engine/device-client/device-client";
import { parseEngineConfig, serverAddress } from "@gateway-engine/protocol/engine-config";
import { parseGatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import type { QueueDevice } from "../spool/message.ts";

export interface ServersDeps {
  readonly files: Files;
  readonly engineConfig: string;
  readonly gatewayCfg: string;
  /** The value of GWE_SERVER. */
  readonly override: string | undefined;
  readonly connect: (address: string) => DeviceClient;
  readonly clock: Clock;
}

/** gwe may change the files at any time; they are read again after so long. */
const KEEP_MS = 5000;

export class Servers {
  readonly #deps: ServersDeps;
  readonly #clients = new Map<string, DeviceClient>();
  #settings: { readonly server: string; readonly product: string; readonly readAt: MonotonicMs } | undefined;

  constructor(deps: ServersDeps) {
    this.#deps = deps;
  }

  /** @throws ConfigError E_CONFIG_MISSING when nothing says where the device's server is */
  async clientFor({ identity }: Pick<QueueDevice, "identity">): Promise<DeviceClient> {
    const { override, gatewayCfg, connect } = this.#deps;
    const { server, product } = await this.#read();
    const productId = identity?.vendor ?? product;
    if ((override ?? "") === "" && server === "" && productId === "") {
      const mend = "set it with gwe --set-product-id";
      throw new ConfigError("E_CONFIG_MISSING", { file: gatewayCfg, key: "vendor", mend });
    }
    const address = serverAddress(override, server, productId);
    const client = this.#clients.get(address) ?? connect(address);
    this.#clients.set(address, client);
    return client;
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
