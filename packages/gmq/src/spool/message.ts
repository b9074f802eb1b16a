import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";

/** What a client sent, before it has its place in the queue. */
export interface Submission {
  /** write: `<alias>=<value>&…`, to be stored at the time of the request. record: `<timestamp>=<value>&…` of one alias. */
  readonly kind: "write" | "record";
  /** Of a record, decoded; empty for a write. */
  readonly alias: string;
  /** As it was received: nothing is decoded or encoded on its way through the queue. */
  readonly body: Uint8Array;
  /** Values in the body. */
  readonly points: number;
  /** Microseconds that a write needs so that each value of an alias named repeatedly has a time of its own; 1 otherwise. */
  readonly span: number;
}

/** A message on disk. */
export interface QueuedMessage {
  readonly kind: "write" | "record";
  readonly alias: string;
  readonly body: Uint8Array;
  /** Number of its first point; the points have consecutive numbers. */
  readonly seq: number;
  readonly points: number;
  /** Microseconds since 1970 of the request, unlike those of any other message of the device. */
  readonly at: number;
}

/** Who data belongs to. */
export interface QueueDevice {
  readonly id: number;
  /** Undefined when only a CIK is known: such a device cannot be activated. */
  readonly identity: DeviceIdentity | undefined;
  /** Empty: none yet. */
  readonly cik: string;
  /** Whether the server refused this CIK. */
  readonly cikRefused: boolean;
  /** Messages in the queue. */
  readonly queued: number;
}

/** Names a device in messages to people; a CIK is a secret and not shown. */
export function describeDevice({ identity }: Pick<QueueDevice, "identity">): string {
  return identity === undefined
    ? "a device known by its CIK only"
    : `${identity.vendor} ${identity.model} ${identity.serial}`;
}
