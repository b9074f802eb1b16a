/** Our engine, and the same work done by hand with the tools that every Linux has. */
import type { Area } from "../area.ts";
import { cut } from "./measurements/cut.ts";
import { time } from "./measurements/time.ts";
import type { InstallPeer } from "./peer.ts";
import { byHand } from "./peers/by-hand.ts";
import { ours } from "./peers/ours.ts";

export const installArea: Area<InstallPeer> = {
  name: "install",
  peers: [ours, byHand],
  measurements: [time, cut],
};
