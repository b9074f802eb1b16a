import type { Sender } from "../forwarder/sender.ts";
import type { Activate } from "../identity/activation.ts";

/** The way to one upstream: what is sent over it, and how a device gets its CIK there. */
export interface Line extends Sender {
  readonly activate: Activate;
}
