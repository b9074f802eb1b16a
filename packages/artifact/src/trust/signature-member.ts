/**
 * An envelope inside a package: one more gzip member after the archive's, which unpacks to nothing and holds the envelope in a
 * subfield of its header (RFC 1952, 2.3.1.1). Every gunzip reads over it.
 *
 * @see docs/reference/trust.md#where-the-envelope-is
 */
import { type Envelope, formatEnvelope, MAX_ENVELOPE_BYTES } from "./envelope.ts";

/** gzip, deflate, with extra fields; no time, unknown system. */
const HEAD = Buffer.from("1f8b08040000000000ff", "hex");
/** An empty deflate block, the checksum and the length of nothing. */
const TAIL = Buffer.from("03000000000000000000", "hex");
const ENVELOPE_FIELD = "GS";
/** Holds the length of the whole member, so that it can be found from the end of the file. */
const LENGTH_FIELD = "GL";
const LENGTH_BYTES = 4;

const FRAME_BYTES = HEAD.length + 2 + 4 + 4 + LENGTH_BYTES + TAIL.length;

/** So many bytes at the end of a package are enough to find an envelope. */
export const MAX_MEMBER_BYTES: number = FRAME_BYTES + MAX_ENVELOPE_BYTES;

/** @throws RangeError for an envelope that is too long */
export function signatureMember(envelope: Envelope): Buffer {
  return memberOf(Buffer.from(formatEnvelope(envelope)));
}

function memberOf(envelope: Uint8Array): Buffer {
  if (envelope.length > MAX_ENVELOPE_BYTES) throw new RangeError(`an envelope has at most ${MAX_ENVELOPE_BYTES} bytes`);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(FRAME_BYTES + envelope.length);
  const extra = Buffer.concat([subfield(ENVELOPE_FIELD, envelope), subfield(LENGTH_FIELD, length)]);
  return Buffer.concat([HEAD, uint16(extra.length), extra, TAIL]);
}

function subfield(name: string, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(name), uint16(content.length), content]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export interface FoundMember {
  /** JSON that nobody has looked at. */
  readonly envelope: Uint8Array;
  /** Length of the member: the signed bytes end so far before the end of the file. */
  readonly bytes: number;
}

/**
 * @param end the last bytes of a package, at least MAX_MEMBER_BYTES unless the package is shorter
 * @returns undefined when there is no envelope
 */
export function findSignatureMember(end: Uint8Array): FoundMember | undefined {
  const file = Buffer.from(end.buffer, end.byteOffset, end.byteLength);
  if (file.length < FRAME_BYTES) return undefined;
  const bytes = file.readUInt32LE(file.length - TAIL.length - LENGTH_BYTES);
  if (bytes < FRAME_BYTES || bytes > file.length || bytes > MAX_MEMBER_BYTES) return undefined;
  const member = file.subarray(-bytes);
  const envelope = member.subarray(HEAD.length + 6, -(TAIL.length + LENGTH_BYTES + 4));
  return memberOf(envelope).equals(member) ? { envelope, bytes } : undefined;
}
