import type { MqttClient } from "mqtt";

type ClientClass = typeof MqttClient;

/**
 * Loads mqtt.js: its client class only, since `mqtt` itself also loads clients for WebSocket and SOCKS.
 *
 * It is a CommonJS module with a default export of its own, which Node gives as it is, and other loaders unwrapped.
 */
export async function loadMqttClient(): Promise<ClientClass> {
  const loaded: { readonly default: ClientClass | { readonly default: ClientClass } } = await import("mqtt/lib/client");
  return "default" in loaded.default ? loaded.default.default : loaded.default;
}
