/**
 * Capture mode: finds the passages that a program marks in its output, wherever the output is cut into chunks.
 *
 * @see http://supervisord.org/events.html#process-communication-events
 */

/** Where in its output a program is. */
export interface CaptureState {
  readonly inside: boolean;
  /** Bytes that may be the begin of the token that is looked for. */
  readonly held: Uint8Array;
}

export type CapturePart =
  /** Output as any other. */
  | { readonly kind: "text"; readonly bytes: Uint8Array }
  /** A piece of a marked passage. */
  | { readonly kind: "captured"; readonly bytes: Uint8Array }
  /** The passage is whole. */
  | { readonly kind: "end" };

export const OUTSIDE: CaptureState = { inside: false, held: new Uint8Array() };

/** The bytes of the parts, and those of the state, may be the chunk's own. */
export function splitCapture(
  state: CaptureState,
  chunk: Uint8Array,
): { readonly state: CaptureState; readonly parts: readonly CapturePart[] } {
  const bytes = state.held.length === 0 ? asBuffer(chunk) : Buffer.concat([state.held, chunk]);
  const parts: CapturePart[] = [];
  let { inside } = state;
  let from = 0;
  const pass = (to: number) => {
    if (to > from) parts.push({ kind: inside ? "captured" : "text", bytes: bytes.subarray(from, to) });
  };
  for (;;) {
    const token = inside ? END : BEGIN;
    const at = bytes.indexOf(token, from);
    if (at < 0) {
      const rest = bytes.length - heldLength(bytes.subarray(from), token);
      pass(rest);
      return { state: { inside, held: bytes.subarray(rest) }, parts };
    }
    pass(at);
    if (inside) parts.push({ kind: "end" });
    inside = !inside;
    from = at + token.length;
  }
}

/** What a program that ended has left behind; a passage that it did not end is nothing. */
export function restOfCapture({ inside, held }: CaptureState): readonly CapturePart[] {
  return inside || held.length === 0 ? [] : [{ kind: "text", bytes: held }];
}

/** How many bytes at the end are the begin of the token. */
function heldLength(bytes: Buffer, token: Buffer): number {
  for (let length = Math.min(token.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(-length).equals(token.subarray(0, length))) return length;
  }
  return 0;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const BEGIN = Buffer.from("<!--XSUPERVISOR:BEGIN-->");
const END = Buffer.from("<!--XSUPERVISOR:END-->");
