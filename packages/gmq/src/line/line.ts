import type { Sender } from "../forwarder/sender.ts";
import type { Activate } from "../identity/activation.ts";
import type { QueueDevice } from "../spool/message.ts";

/** The way to one upstream: what is sent over it, and how a device gets its CIK there. */
export interface Line extends Sender {
  readonly activate: Activate;
  /**
   * What the server's clock says, in milliseconds since 1970; undefined: the server is there, and does not say.
   *
   * @throws TransportError when it is not there
   */
  readonly time: (device: QueueDevice, signal: AbortSignal) => Promise<number | undefined>;
}
