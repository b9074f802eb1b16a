import type { Protocol } from "./protocol.ts";
import { amqp } from "./protocols/amqp.ts";
import { http } from "./protocols/http.ts";
import { mqtt } from "./protocols/mqtt.ts";
import { nats } from "./protocols/nats.ts";
import { postgresql } from "./protocols/postgresql.ts";
import { redis } from "./protocols/redis.ts";

export type ProtocolName = "http" | "redis" | "postgresql" | "amqp" | "mqtt" | "nats";

export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = { http, redis, postgresql, amqp, mqtt, nats };

/** As a form with one value, which is what gmq takes; to the others it is 100 bytes. */
export const MESSAGE: Buffer = Buffer.from(`temperature=${"0123456789".repeat(9)}`.slice(0, 100));
