import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";

/** A client of MQTT that is connected, and cut off at the end of its block. */
export async function connectMqtt(url: string, options: IClientOptions = {}): Promise<MqttClient & AsyncDisposable> {
  const client = await mqtt.connectAsync(url, options);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.endAsync(true) });
}

/** Resolves when the broker, or the line, has ended the client's connection. */
export function cutOff(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once("close", resolve));
}

/** The next message that the client receives. */
export function nextMessage(client: MqttClient): Promise<Pick<IPublishPacket, "topic" | "payload" | "retain">> {
  return new Promise((resolve) => client.once("message", (_topic, _payload, packet) => resolve(packet)));
}
