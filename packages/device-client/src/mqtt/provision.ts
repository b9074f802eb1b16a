/** Trading an identity for a token over MQTT. */
import { AuthenticationError, TransportError, UsageError } from "@gateway-engine/core/errors";
import type { TlsCredentials } from "@gateway-engine/core/tls";
import { isCik } from "@gateway-engine/protocol/device-api";
import { isTopicLevel, PROVISION_TOPIC, provisionTopic } from "@gateway-engine/protocol/device-mqtt";
import { type MqttCall, MqttConnection, type MqttDeps } from "./connection.ts";
import { isHangUp } from "./failures.ts";
import { readAddress } from "./session.ts";

export interface MqttProvisionOptions {
  readonly server: string;
  /** The device's name within the product that the server's address stands for. */
  readonly identity: string;
  readonly tls?: TlsCredentials | undefined;
  /** Longest wait for the connection, for the login, and for the token. */
  readonly timeoutMs: number;
}

/**
 * Publishes to `$provision/<identity>` without a login; the token comes back as a message.
 *
 * @throws AuthenticationError E_ACTIVATION_REFUSED when the server hangs up instead; TransportError; CancelledError
 */
export async function provisionOverMqtt(
  deps: MqttDeps,
  { server, identity, tls, timeoutMs }: MqttProvisionOptions,
  call: MqttCall,
): Promise<string> {
  if (!isTopicLevel(identity)) {
    throw new UsageError("E_USAGE", { problem: `"${identity}" is not an identity: it is empty or holds one of + # /` });
  }
  const address = readAddress(server);
  let take = (_token: string) => {};
  const onMessage = (topic: string, payload: Uint8Array) => {
    if (topic.split("/")[0] === PROVISION_TOPIC) take(new TextDecoder().decode(payload).trim());
  };
  const keepAliveSeconds = Math.ceil(timeoutMs / 1000);
  const connection = await MqttConnection.open(deps, { address, tls, timeoutMs, keepAliveSeconds, onMessage }, call);
  try {
    const token = await connection.until<string>(`the token of ${identity}`, call, (done) => {
      take = done;
      // That it is not acknowledged shows in the end of the connection.
      connection.publish(provisionTopic(identity), new Uint8Array(), call).catch(() => {});
    });
    if (isCik(token)) return token;
    const problem = `its answer to the activation of ${identity} is not a token of 40 characters`;
    throw new TransportError("E_RESPONSE_INVALID", { server: address.url, problem });
  } catch (error) {
    throw isHangUp(error) ? refusal(address.url, identity, error) : error;
  } finally {
    await connection.close();
  }
}

function refusal(server: string, identity: string, cause: unknown): AuthenticationError {
  const reason = "it hung up; it does not know this identity, or the identity has its token already";
  return new AuthenticationError("E_ACTIVATION_REFUSED", { server, identity, reason }, { cause });
}
