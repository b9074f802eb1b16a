import type { FilePart } from "@gateway-engine/core/files";

export type RangeRequest =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly part: FilePart }
  /** The range begins behind the end: answered 416. */
  | { readonly kind: "unsatisfiable" };

/**
 * Reads a `Range` header for content of `size` bytes: `bytes=X-Y`, `bytes=X-`, or `bytes=-Y` for the last Y bytes.
 *
 * What is no single range of bytes is ignored, and the whole content sent.
 *
 * @see RFC 9110, section 14
 */
export function parseRange(header: string | undefined, size: number): RangeRequest {
  const match = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "");
  if (match === null) return { kind: "whole" };
  const [, from = "", to = ""] = match;
  if (from === "" && to === "") return { kind: "whole" };

  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return { kind: "whole" };
  if (first > last) return { kind: "unsatisfiable" };
  return { kind: "part", part: { first, last } };
}
