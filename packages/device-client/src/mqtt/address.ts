/** Where an MQTT server is. */
import { fail, ok, type Result } from "@gateway-engine/core/result";
import { MQTT_TLS_PORT } from "@gateway-engine/protocol/device-mqtt";

export interface MqttAddress {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** `mqtts://<host>:<port>`, or `mqtt://` for a plain connection; for messages. */
  readonly url: string;
}

/** The original's addresses are `mqtt://` and mean TLS: that goes for these ports, and when none is named. */
const TLS_PORTS: readonly number[] = [MQTT_TLS_PORT, 443];

/**
 * Reads `mqtts://host[:port]`, `mqtt://host[:port]` or a bare host name.
 *
 * It is a TLS connection, to port 8883 unless told; a plain one has to be asked for, with `mqtt://` and another port than 8883 or 443.
 *
 * @param port in place of the address's own
 */
export function parseMqttAddress(text: string, port?: number): Result<MqttAddress, string> {
  const withScheme = /^\w+:\/\//.test(text) ? text : `mqtts://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || !/^mqtts?:$/.test(url.protocol) || url.hostname === "" || !/^\/?$/.test(url.pathname)) {
    return fail(`"${text}" is not the address of an MQTT server, such as mqtts://<product>.m2.exosite.io`);
  }
  const chosen = port ?? (url.port === "" ? MQTT_TLS_PORT : Number(url.port));
  const secure = url.protocol === "mqtts:" || TLS_PORTS.includes(chosen);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return ok({ host, port: chosen, secure, url: `${secure ? "mqtts" : "mqtt"}://${url.hostname}:${chosen}` });
}
