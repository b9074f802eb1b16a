/**
 * The header by which a queue that forwards recorded points lets the server drop a repeat:
 * `X-Gateway-Engine-Sequence: <spool id>:<first>-<last>`.
 *
 * A queue numbers its points from 1; the body holds the points `first` to `last`, in order.
 * Servers that do not know the header ignore it.
 */
import { fail, ok, type Result } from "@gateway-engine/core/result";

export const SEQUENCE_HEADER = "X-Gateway-Engine-Sequence";

export interface SequenceRange {
  /** Which queue counts: it changes when a queue is made anew. */
  readonly spool: string;
  readonly first: number;
  readonly last: number;
}

export function formatSequence(range: SequenceRange): string {
  return `${range.spool}:${range.first}-${range.last}`;
}

/** @returns the range, or what the header should look like */
export function parseSequence(header: string): Result<SequenceRange, string> {
  const match = /^\s*([A-Za-z0-9._-]{1,64}):(\d{1,15})-(\d{1,15})\s*$/.exec(header);
  const first = Number(match?.[2]);
  const last = Number(match?.[3]);
  if (match === null || first < 1 || last < first) {
    return fail(`${SEQUENCE_HEADER} must be <spool id>:<first>-<last>, numbered from 1`);
  }
  return ok({ spool: match[1] ?? "", first, last });
}
