/** A device with its identity in a file, for applications: activates itself, keeps its CIK, writes and reads. */
import type { Files } from "@gateway-engine/core/files";
import type { HttpClient } from "@gateway-engine/core/http";
import { isCik } from "@gateway-engine/protocol/device-api";
import { serverAddress } from "@gateway-engine/protocol/engine-config";
import type { GatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import { type AliasValue, type CallOptions, createDeviceClient, type DeviceClient } from "./device-client.ts";
import { keepCik, readIdentityFile } from "./identity-file.ts";

export interface DeviceDeps {
  readonly files: Files;
  readonly http: HttpClient;
}

export interface DeviceOptions {
  /** An INI file with `cik`, `vendor`, `model` and `uuid`, with or without the header `[device]`; Gateway.cfg is one. */
  readonly cfgFile: string;
  readonly userAgent: string;
  /** Without it, the address that follows from `vendor`. */
  readonly server?: string | undefined;
  /** Longest silence of the server, in milliseconds; 15 s unless told. */
  readonly timeoutMs?: number;
  /** Whether `http` shows a client certificate: that is the device's identity then, and no CIK is sent or needed. */
  readonly certificate?: boolean;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * ```ts
 * const device = await Device.open({ files, http }, { cfgFile: "/etc/my-app/device.cfg", userAgent: "my-app/1.0" });
 * if (!device.activated()) await device.activate({ signal });
 * await device.write([["temperature", "21.5"]], { signal });
 * ```
 */
export class Device {
  /** The whole Device API, with this device's CIK. E_NOT_ACTIVATED from any of its calls makes `activated()` false. */
  readonly client: DeviceClient;
  readonly #files: Files;
  readonly #cfgFile: string;
  readonly #certificate: boolean;
  #cfg: GatewayCfg;
  /** A CIK that the server has refused: it counts no longer. */
  #refused = "";

  /** @throws ConfigError E_CONFIG_MISSING or E_CONFIG_SYNTAX; StorageError E_FILE_READ */
  static async open(deps: DeviceDeps, options: DeviceOptions): Promise<Device> {
    return new Device(deps, options, await readIdentityFile(deps.files, options.cfgFile));
  }

  private constructor(deps: DeviceDeps, options: DeviceOptions, cfg: GatewayCfg) {
    this.#files = deps.files;
    this.#cfgFile = options.cfgFile;
    this.#cfg = cfg;
    this.#certificate = options.certificate ?? false;
    this.client = createDeviceClient({
      http: deps.http,
      server: serverAddress(undefined, options.server ?? "", cfg.vendor),
      userAgent: options.userAgent,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      cik: () => (this.#certificate ? "" : this.#cfg.cik),
      onRefused: (cik) => {
        this.#refused = cik;
      },
    });
  }

  /** Whether it has a CIK that the server has not refused so far, or a client certificate. */
  activated(): boolean {
    return this.#certificate || (isCik(this.#cfg.cik) && this.#cfg.cik !== this.#refused);
  }

  /**
   * Trades the identity for a CIK and keeps it in the file.
   * A CIK that another program, such as gwe, has put there meanwhile is taken instead.
   *
   * @throws AuthenticationError E_ACTIVATION_REFUSED; TransportError; StorageError when the file cannot be written: the device
   *   is activated all the same, until this program ends
   */
  async activate(call: CallOptions): Promise<void> {
    this.#cfg = await readIdentityFile(this.#files, this.#cfgFile);
    if (this.activated()) return;
    const { vendor, model, uuid } = this.#cfg;
    const cik = await this.client.activate({ vendor, model, serial: uuid }, call);
    this.#cfg = { ...this.#cfg, cik };
    this.#refused = "";
    await keepCik(this.#files, this.#cfgFile, cik);
  }

  /** @throws AuthenticationError E_NOT_ACTIVATED; then `activated()` is false */
  write(values: Iterable<AliasValue>, call: CallOptions): Promise<void> {
    return this.client.write(values, call);
  }

  /** @throws AuthenticationError E_NOT_ACTIVATED; then `activated()` is false */
  read(aliases: readonly string[], call: CallOptions): Promise<ReadonlyMap<string, string>> {
    return this.client.read(aliases, call);
  }
}
