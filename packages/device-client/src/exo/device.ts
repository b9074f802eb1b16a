/**
 * The class of the original's `exo.device`: ExositeAPI with an identity from a file.
 *
 * ```ts
 * const device = await Device.open({ http, files }, { userAgent: "my-app/1.0", cfgFile: "/etc/my-app/device.cfg" });
 * if (!device.activated()) await device.activate();
 * ```
 *
 * @see docs/reference/device-client.md#exositeapi-and-device
 */
import type { Files } from "@gateway-engine/core/files";
import type { HttpClient } from "@gateway-engine/core/http";
import { VERSION } from "@gateway-engine/core/version";
import { serverAddress } from "@gateway-engine/protocol/engine-config";
import { encodeForm } from "@gateway-engine/protocol/form";
import type { GatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import { keepCik, readIdentityFile } from "../identity-file.ts";
import { ExositeAPI, type ExositeOptions } from "./exosite-api.ts";
import { ActivationHandler } from "./handlers.ts";

export interface DeviceOptions extends Omit<ExositeOptions, "cik" | "url"> {
  readonly userAgent: string;
  /** An INI file with `cik`, `vendor`, `model` and `uuid`, with or without the header `[device]`. */
  readonly cfgFile: string;
  /** Without it, the address that follows from `vendor`. */
  readonly url?: string | undefined;
  /** Whether `http` shows a client certificate: that is the device's identity then, and no CIK is sent or needed. */
  readonly certificate?: boolean;
}

export interface DeviceDeps {
  readonly http: HttpClient;
  readonly files: Files;
}

export class Device extends ExositeAPI {
  readonly #files: Files;
  readonly #cfgFile: string;
  readonly #cfg: GatewayCfg;
  readonly #certificate: boolean;

  /** @throws ConfigError E_CONFIG_MISSING or E_CONFIG_SYNTAX */
  static async open(deps: DeviceDeps, options: DeviceOptions): Promise<Device> {
    return new Device(deps, options, await readIdentityFile(deps.files, options.cfgFile));
  }

  private constructor(deps: DeviceDeps, options: DeviceOptions, cfg: GatewayCfg) {
    const cik = options.certificate ? "" : cfg.cik;
    super(deps, { ...options, cik, url: options.url ?? serverAddress(undefined, "", cfg.vendor) });
    this.#files = deps.files;
    this.#cfgFile = options.cfgFile;
    this.#cfg = cfg;
    this.#certificate = options.certificate ?? false;
  }

  /** Whether it has a CIK that the server has not refused so far, or a client certificate. */
  activated(): boolean {
    return this.#certificate || this.isGoodCik(this.cik);
  }

  /**
   * Trades the identity for a CIK and keeps it in the file.
   * A CIK that another program, such as gwe, has put there meanwhile is taken instead.
   *
   * @throws ConfigError or StorageError when the file cannot be used
   */
  async activate(): Promise<ActivationHandler> {
    const { vendor, model, uuid } = this.#cfg;
    const { cik } = await readIdentityFile(this.#files, this.#cfgFile);
    if (this.isGoodCik(cik)) {
      this.cik = cik;
      return new ActivationHandler({ code: 200, body: cik }, uuid);
    }
    const handler = await this.httpActivate(vendor, model, uuid);
    if (handler.activated) await keepCik(this.#files, this.#cfgFile, handler.body);
    return handler;
  }

  /** As the original shows a device. */
  override toString(): string {
    const { model, vendor, uuid } = this.#cfg;
    return JSON.stringify({ version: VERSION, model, vendor, uuid });
  }

  protected override contentPath(query: Readonly<Record<string, string>>): string {
    const { vendor, model } = this.#cfg;
    return `${super.contentPath({})}?${encodeForm(Object.entries({ vendor, model, ...query }))}`;
  }
}
