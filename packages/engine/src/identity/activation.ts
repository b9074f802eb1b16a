import type { Clock, Timestamp } from "@gateway-engine/core/clock";
import { AuthenticationError, type ConfigError, describeError, GatewayEngineError } from "@gateway-engine/core/errors";
import { maskSecret } from "@gateway-engine/core/identifiers";
import type { Logger } from "@gateway-engine/core/logger";
import type { Result } from "@gateway-engine/core/result";
import type { DeviceClient } from "@gateway-engine/device-client/device-client";
import { isCik } from "@gateway-engine/protocol/device-api";
import { DEFAULT_ACTIVATION_RETRY_SECONDS, type GatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import type { GatewayIdentityAnswer } from "@gateway-engine/protocol/local-control";
import type { GatewayCfgFile } from "../settings.ts";
import { type ActivationEvent, type ActivationState, NOT_TRIED, nextActivation } from "./activation-state.ts";

/** The server of a product, and the way to talk to it. */
export interface ServerLink {
  /** Address without a path. */
  readonly server: string;
  readonly product: string;
  /** Sends the CIK that is in force. */
  readonly client: DeviceClient;
}

export interface ActivationDeps {
  readonly gatewayCfg: GatewayCfgFile;
  /** `settleIdentity`. */
  readonly identity: () => Promise<Result<GatewayCfg, ConfigError>>;
  readonly connect: (product: string) => Promise<ServerLink>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The gateway is not activated any more: somebody should call `ensure`. */
  readonly onLost: () => void;
}

/** Trades the gateway's identity for a CIK, keeps the CIK, and gets another when the server no longer takes it. */
export class Activation {
  readonly #deps: ActivationDeps;
  readonly #waiting = new Set<() => void>();
  #state: ActivationState = NOT_TRIED;
  #cfg: GatewayCfg | undefined;
  #link: ServerLink | undefined;
  /** A CIK that the server has refused; the one in Gateway.cfg counts only when it is another. */
  #refused = "";
  #problem: GatewayEngineError = new AuthenticationError("E_NOT_ACTIVATED", {});
  #lastTold = "";
  #answeredAt: Timestamp | undefined;

  constructor(deps: ActivationDeps) {
    this.#deps = deps;
  }

  /** How long until another try may be made, in milliseconds; 0 when activated. */
  get waitMs(): number {
    if (this.#state.kind === "active") return 0;
    return Math.max(0, this.#state.tryAt - this.#deps.clock.monotonic());
  }

  /** Empty until the gateway is configured. */
  get server(): string {
    return this.#link?.server ?? "";
  }

  /** When the server last answered a call with the CIK. */
  get answeredAt(): Timestamp | undefined {
    return this.#answeredAt;
  }

  /** For calls that need no CIK. @throws AuthenticationError E_NOT_ACTIVATED while it is not even known which server it is */
  get link(): ServerLink {
    if (this.#link === undefined) throw new AuthenticationError("E_NOT_ACTIVATED", {});
    return this.#link;
  }

  /** Why the gateway is not activated: what came of the last try. */
  get problem(): GatewayEngineError {
    return this.#problem;
  }

  /** `cik` is empty while the gateway is not activated. */
  identity(): GatewayIdentityAnswer {
    const { vendor = "", model = "", uuid = "" } = this.#cfg ?? {};
    return { vendor, model, uuid, cik: this.#state.kind === "active" ? this.#state.cik : "" };
  }

  /**
   * Activates if need be, unless the retry interval has still to pass. Gateway.cfg is read again at each try.
   *
   * @returns whether the gateway is activated; why not is in the log and in `problem`
   * @throws StorageError when the CIK cannot be stored, CancelledError when `signal` aborts
   */
  async ensure(signal: AbortSignal): Promise<boolean> {
    if (this.#state.kind === "active") return true;
    if (this.waitMs > 0) return false;
    const { identity, connect, gatewayCfg, log } = this.#deps;
    const settled = await identity();
    if (!settled.ok) {
      this.#problem = settled.problem;
      this.#tellOnce(`${settled.problem.message}; the engine waits for it`);
      this.#take({ kind: "unconfigured", at: this.#deps.clock.monotonic() });
      return false;
    }
    const cfg = settled.value;
    this.#cfg = cfg;
    this.#link = await connect(cfg.vendor);
    if (isCik(cfg.cik) && cfg.cik !== this.#refused) {
      this.#take({ kind: "found", cik: cfg.cik });
      return true;
    }
    const cik = await this.#request(cfg, this.#link, signal);
    if (cik === undefined) return false;
    // The server grants a CIK once: one that is used before it is stored could be lost for good.
    await gatewayCfg.set({ cik });
    log.info(`activated as ${cfg.uuid} at ${this.#link.server}, CIK ${maskSecret(cik)}`);
    this.#lastTold = "";
    this.#take({ kind: "granted", cik, at: this.#deps.clock.monotonic() });
    return true;
  }

  /** Resolves as soon as the gateway is activated. */
  async activated(signal: AbortSignal): Promise<void> {
    while (this.#state.kind !== "active") {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
      });
    }
  }

  /**
   * Makes a call with the CIK, and learns from its outcome whether the server still takes it.
   *
   * @throws AuthenticationError E_NOT_ACTIVATED, also when there is no CIK
   */
  async using<Value>(work: (link: ServerLink) => Promise<Value>): Promise<Value> {
    const { link } = this;
    const { cik } = this.identity();
    if (cik === "") throw new AuthenticationError("E_NOT_ACTIVATED", {});
    try {
      const value = await work(link);
      this.#answeredAt = this.#deps.clock.now();
      this.#take({ kind: "accepted", cik });
      return value;
    } catch (error) {
      if (error instanceof AuthenticationError && error.code === "E_NOT_ACTIVATED") this.#unauthorized(cik);
      throw error;
    }
  }

  #unauthorized(cik: string): void {
    if (cik !== this.identity().cik) return;
    this.#deps.log.warn(`${this.server} no longer takes the CIK; activating again`);
    this.#refused = cik;
    this.#problem = new AuthenticationError("E_NOT_ACTIVATED", {});
    this.#take({ kind: "unauthorized", cik, at: this.#deps.clock.monotonic() });
  }

  async #request(cfg: GatewayCfg, { client }: ServerLink, signal: AbortSignal): Promise<string | undefined> {
    try {
      return await client.activate({ vendor: cfg.vendor, model: cfg.model, serial: cfg.uuid }, { signal });
    } catch (error) {
      if (signal.aborted || !(error instanceof GatewayEngineError)) throw error;
      this.#problem = error;
      this.#tellOnce(`not activated: ${describeError(error)}; trying again every ${cfg.activationRetryInterval} s`);
      this.#take({ kind: "denied", at: this.#deps.clock.monotonic() });
      return undefined;
    }
  }

  /** The same reason again is for those who look closely. */
  #tellOnce(problem: string): void {
    const { log } = this.#deps;
    if (problem === this.#lastTold) log.debug(problem);
    else log.warn(problem);
    this.#lastTold = problem;
  }

  #take(event: ActivationEvent): void {
    const before = this.#state.kind;
    const retryMs = (this.#cfg?.activationRetryInterval ?? DEFAULT_ACTIVATION_RETRY_SECONDS) * 1000;
    this.#state = nextActivation(this.#state, event, { retryMs });
    if (this.#state.kind === "active") for (const wake of this.#waiting) wake();
    else if (before === "active") this.#deps.onLost();
  }
}
