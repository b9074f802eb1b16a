/** Our supervisord, the original, pm2, and what Node itself costs. */
import type { Area } from "../area.ts";
import { capture } from "./measurements/capture.ts";
import { clear } from "./measurements/clear.ts";
import { idle } from "./measurements/idle.ts";
import { restart } from "./measurements/restart.ts";
import { start } from "./measurements/start.ts";
import { status } from "./measurements/status.ts";
import { stop } from "./measurements/stop.ts";
import { update } from "./measurements/update.ts";
import { wait } from "./measurements/wait.ts";
import type { SupervisorPeer } from "./peer.ts";
import { bareNode } from "./peers/bare-node.ts";
import { original } from "./peers/original.ts";
import { ours } from "./peers/ours.ts";
import { pm2 } from "./peers/pm2.ts";

export const supervisorArea: Area<SupervisorPeer> = {
  name: "supervisor",
  peers: [ours, original, pm2, bareNode],
  measurements: [restart, idle, capture, start, stop, wait, status, clear, update],
};
