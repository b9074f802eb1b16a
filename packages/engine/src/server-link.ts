import { VERSION } from "@gateway-engine/core/version";
import { createDeviceClient } from "@gateway-engine/device-client/device-client";
import { serverAddress } from "@gateway-engine/protocol/engine-config";
import { countingHttpClient } from "@gateway-engine/telemetry/traffic/counting-http-client";
import { serverOverride } from "./environment.ts";
import type { ServerLink } from "./identity/activation.ts";

import type { Workshop } from "./workshop.ts";
/** The server of a product; its address may be overridden. */
export async function connect(workshop: Workshop, product: string, cik: () => string): Promise<ServerLink> {
  const config = await workshop.settings.engine.read();
  const server = serverAddress(serverOverride(workshop.environment), config.server, product);
  const userAgent = config.userAgent || `GatewayEngine-v${VERSION}`;
  const { traffic } = workshop;
  await traffic.lookAtRoutes();
  const party = { application: "gwe", interface: () => traffic.towards(server) };
  const http = countingHttpClient(workshop.http, traffic, party);
  return { server, product, client: createDeviceClient({ http, server, userAgent, cik, timeoutMs: SILENCE_MS }) };
}

/** @throws TransportError when the server cannot be reached */
export async function askServer(workshop: Workshop, signal: AbortSignal): Promise<void> {
  const { vendor } = await workshop.settings.gateway.read();
  const { client } = await connect(workshop, vendor, () => "");
  await client.timestamp({ signal });
}

/** Longest silence of the server that is waited for. */
const SILENCE_MS = 30_000;
