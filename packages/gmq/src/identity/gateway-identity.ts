/**
 * Who the gateway itself is. gwe alone activates that identity; the queue asks gwe for its CIK,
 * and reads Gateway.cfg when gwe does not answer.
 */
import { describeError } from "@gateway-engine/core/errors";
import type { Files } from "@gateway-engine/core/files";
import type { HttpClient } from "@gateway-engine/core/http";
import type { Logger } from "@gateway-engine/core/logger";
import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import { parseGatewayCfg } from "@gateway-engine/protocol/gateway-cfg";
import {
  type ActivateRequest,
  type GatewayIdentityAnswer,
  GWE_CONTROL_PATHS,
} from "@gateway-engine/protocol/local-control";

export interface GatewayIdentityDeps {
  readonly files: Files;
  readonly http: HttpClient;
  readonly gweSocket: string;
  readonly gatewayCfg: string;
  readonly log: Logger;
}

export interface GatewayIdentity extends GatewayIdentityAnswer {
  /** The serial number is still to be read from a network interface, so it may be any. */
  readonly serialPending: boolean;
}

/** How a device stands to the gateway. `unclear`: it could be the gateway, whose serial number is not known yet. */
export type Kinship = "gateway" | "other" | "unclear";

export function kinshipOf(device: DeviceIdentity | undefined, gateway: GatewayIdentity): Kinship {
  if (device === undefined || device.vendor !== gateway.vendor || device.model !== gateway.model) return "other";
  if (gateway.serialPending) return "unclear";
  return device.serial === gateway.uuid ? "gateway" : "other";
}

/** The identity, as far as it is whole. */
export function wholeIdentity({ vendor, model, uuid }: GatewayIdentity): DeviceIdentity | undefined {
  return vendor === "" || uuid === "" ? undefined : { vendor, model, serial: uuid };
}

const UNKNOWN: GatewayIdentity = { vendor: "", model: "", uuid: "", cik: "", serialPending: false };

/** gwe is on the same machine: silence means that it hangs. */
const GWE_TIMEOUT_MS = 2000;
const MAX_ANSWER_BYTES = 65_536;

export class GatewayIdentitySource {
  readonly #deps: GatewayIdentityDeps;

  constructor(deps: GatewayIdentityDeps) {
    this.#deps = deps;
  }

  async read(signal: AbortSignal): Promise<GatewayIdentity> {
    return (await this.#askGwe(signal)) ?? (await this.#readCfg());
  }

  /** Tells gwe which CIK was refused. That gwe is down is no error: it finds out by itself when it starts. */
  async requestActivation(refused: string, signal: AbortSignal): Promise<void> {
    try {
      const { http, gweSocket } = this.#deps;
      const url = `http://gwe${GWE_CONTROL_PATHS.activate}`;
      const answer = await http.request({
        method: "POST",
        url,
        socketPath: gweSocket,
        body: JSON.stringify({ cik: refused } satisfies ActivateRequest),
        timeoutMs: GWE_TIMEOUT_MS,
        signal,
      });
      answer.discard();
    } catch (error) {
      this.#deps.log.debug(`gwe was not asked to activate: ${describeError(error)}`);
    }
  }

  async #askGwe(signal: AbortSignal): Promise<GatewayIdentity | undefined> {
    const { http, gweSocket, log } = this.#deps;
    try {
      const url = `http://gwe${GWE_CONTROL_PATHS.identity}`;
      const answer = await http.request({
        method: "GET",
        url,
        socketPath: gweSocket,
        timeoutMs: GWE_TIMEOUT_MS,
        signal,
      });
      const identity = readAnswer(await answer.text(MAX_ANSWER_BYTES));
      if (answer.status === 200 && identity !== undefined) return identity;
      log.debug(`gwe's answer to ${GWE_CONTROL_PATHS.identity} cannot be used (${answer.status})`);
    } catch (error) {
      signal.throwIfAborted();
      log.debug(`gwe does not answer: ${describeError(error)}`);
    }
    return undefined;
  }

  async #readCfg(): Promise<GatewayIdentity> {
    const { files, gatewayCfg, log } = this.#deps;
    const text = await files.readText(gatewayCfg);
    if (text === undefined) return UNKNOWN;
    const cfg = parseGatewayCfg(text);
    if (!cfg.ok) {
      log.warn(`${gatewayCfg}, line ${cfg.problem.line}: ${cfg.problem.problem}`);
      return UNKNOWN;
    }
    const { vendor, model, uuid, cik, iface } = cfg.value;
    return { vendor, model, uuid, cik, serialPending: uuid === "" && iface !== "" };
  }
}

function readAnswer(text: string): GatewayIdentity | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const { vendor, model, uuid, cik } = parsed as Partial<Record<string, unknown>>;
  if (typeof vendor !== "string" || typeof model !== "string") return undefined;
  if (typeof uuid !== "string" || typeof cik !== "string") return undefined;
  return { vendor, model, uuid, cik, serialPending: uuid === "" && vendor !== "" };
}
