import type { MetricFamily } from "./family.ts";

/**
 * The same metrics in lists of about `size` samples. Histograms and summaries stay whole, since their samples are one value.
 */
export function inParts(families: readonly MetricFamily[], size: number): readonly (readonly MetricFamily[])[] {
  const parts: MetricFamily[][] = [];
  let left = 0;
  for (const piece of families.flatMap((family) => pieces(family, size))) {
    if (piece.samples.length > left) {
      parts.push([]);
      left = size;
    }
    parts.at(-1)?.push(piece);
    left -= piece.samples.length;
  }
  return parts;
}

function pieces(family: MetricFamily, size: number): readonly MetricFamily[] {
  const { type, samples } = family;
  if (type === "histogram" || type === "summary" || samples.length <= size) return [family];
  const count = Math.ceil(samples.length / size);
  return Array.from({ length: count }, (_, index) => ({
    ...family,
    samples: samples.slice(index * size, (index + 1) * size),
  }));
}
