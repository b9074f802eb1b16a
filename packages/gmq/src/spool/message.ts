import type { DeviceIdentity } from "@gateway-engine/protocol/device-api";
import type { ByteString } from "@gateway-engine/protocol/form";
import type { Lane, Priority } from "./lane.ts";
import type { Era } from "./time/era.ts";

/** What a client sent, before it has its place in the queue. */
export interface Submission {
  /** write: `<alias>=<value>&…`, to be stored at the time of the request. record: `<timestamp>=<value>&…` of one alias. */
  readonly kind: MessageKind;
  /** Of a record, decoded; empty for a write. */
  readonly alias: string;
  /** As it was received: nothing is decoded or encoded on its way through the queue. */
  readonly body: ByteString;
  /** Values in the body. */
  readonly points: number;
  /** Microseconds that a write needs so that each value of an alias named repeatedly has a time of its own; 1 otherwise. */
  readonly span: number;
  readonly priority: Priority;
  /** Milliseconds after which it is worth nothing; undefined: it is always worth something. */
  readonly ttlMs: number | undefined;
}

export type MessageKind = "write" | "record";

/** A message as it is stored. */
export interface StoredMessage {
  readonly lane: Lane;
  readonly kind: MessageKind;
  readonly alias: string;
  readonly body: ByteString;
  readonly points: number;
  /** Microseconds since 1970 of the request, unlike those of any other message of the device. */
  readonly at: number;
  /** The last microsecond that it uses. */
  readonly lastAt: number;
  /** The queue's own time at its acceptance, in microseconds. */
  readonly acceptedAt: number;
  /** The queue's own time from which on it is not forwarded; null: never. */
  readonly expiresAt: number | null;
  /** The time that `at` was read in when the clock was not set; undefined: it was. */
  readonly era: Era | undefined;
}

/** A message in the queue. */
export interface QueuedMessage extends Pick<StoredMessage, "kind" | "alias" | "body" | "points" | "at"> {
  /** Number of its first point within the lane; the points have consecutive numbers. */
  readonly seq: number;
  /** Microseconds by which the clock was wrong when it was accepted, if it was. `at` is right already; times in the body are not. */
  readonly correction?: number;
}

/** The next messages of one lane for one upstream, with consecutive numbers. */
export interface Head {
  readonly lane: Lane;
  readonly messages: readonly QueuedMessage[];
  /** Whether the lane holds more behind these. */
  readonly more: boolean;
}

/** Messages that were handed out, by the numbers of their first and last point. */
export interface MessageRange {
  readonly first: number;
  readonly last: number;
  readonly messages: { readonly length: number };
}

/** How far an upstream has come in a lane. */
export interface Progress {
  /** Number of the first point that it does not have. */
  readonly nextSeq: number;
  /** The last points of aliases that it has at later times than their own. */
  readonly moved: readonly MovedPoint[];
}

/** A point's time as it was queued and as it was sent, in seconds since 1970. */
export interface MovedPoint {
  /** Decoded. */
  readonly alias: string;
  readonly own: number;
  readonly sent: number;
}

/** Who data belongs to. */
export interface QueueDevice {
  readonly id: number;
  /** Undefined when only a CIK is known: such a device cannot be activated. */
  readonly identity: DeviceIdentity | undefined;
  /** The gateway itself, whose identity was not known yet. */
  readonly isGateway: boolean;
  /** Empty: none yet. */
  readonly cik: string;
  /** Whether the server refused this CIK. */
  readonly cikRefused: boolean;
}

/** Names a device in messages to people; a CIK is a secret and not shown. */
export function describeDevice({ identity, isGateway }: Pick<QueueDevice, "identity" | "isGateway">): string {
  if (isGateway) return "the gateway itself";
  return identity === undefined
    ? "a device known by its CIK only"
    : `${identity.vendor} ${identity.model} ${identity.serial}`.replace(/\p{Cc}/gu, "?");
}
