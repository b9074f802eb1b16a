/** Our gmq, and others that are given messages to keep. */
import type { Area } from "../area.ts";
import { backlog } from "./measurements/backlog.ts";
import { forward } from "./measurements/forward.ts";
import { idle } from "./measurements/idle.ts";
import { intake } from "./measurements/intake.ts";
import { slowDiskIntake } from "./measurements/slow-disk.ts";
import type { QueuePeer } from "./peer.ts";
import { bareHttp } from "./peers/bare-http.ts";
import { mosquitto } from "./peers/mosquitto.ts";
import { nats } from "./peers/nats.ts";
import { ours } from "./peers/ours.ts";
import { postgresql } from "./peers/postgresql.ts";
import { rabbitmq } from "./peers/rabbitmq.ts";
import { redis } from "./peers/redis.ts";

export const gmqArea: Area<QueuePeer> = {
  name: "gmq",
  peers: [ours, bareHttp, redis, postgresql, rabbitmq, mosquitto, nats],
  measurements: [intake, slowDiskIntake, backlog, idle, forward],
};
