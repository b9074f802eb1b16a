/** What a power cut may do to a file: what was written since its last sync is there, or not, or in part. */
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { SeededRandom } from "../seeded-random.ts";
import { type DurableStep, isSync } from "./durable-steps.ts";

export interface UnsyncedRange {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
}

/** @param steps up to a crash; the last of them was not taken */
export function unsyncedRanges(steps: readonly DurableStep[]): readonly UnsyncedRange[] {
  const ranges = new Map<string, UnsyncedRange[]>();
  for (const { call, path, offset, bytes } of steps.slice(0, -1)) {
    if (isSync({ call }) || call === "unlink") ranges.delete(path);
    else if (bytes > 0) ranges.set(path, [...(ranges.get(path) ?? []), { path, offset, bytes }]);
  }
  return [...ranges.values()].flat();
}

/** Leaves each range as it is, empties it, fills it with nonsense, or cuts the file off in it. @returns how many it spoilt */
export function tear(ranges: readonly UnsyncedRange[], random: SeededRandom): number {
  return ranges.filter((range) => existsSync(range.path) && tearRange(range, random)).length;
}

function tearRange({ path, offset, bytes }: UnsyncedRange, random: SeededRandom): boolean {
  const file = openSync(path, "r+");
  try {
    const { size } = fstatSync(file);
    const length = Math.min(bytes, size - offset);
    const from = offset + random.below(Math.max(1, length));
    const rest = offset + length - from;
    if (length <= 0) return false;
    switch (random.below(4)) {
      case 0:
        return false;
      case 1:
        writeSync(file, Buffer.alloc(rest), 0, rest, from);
        return true;
      case 2:
        writeSync(file, Buffer.from(Array.from({ length: rest }, () => random.below(256))), 0, rest, from);
        return true;
      default:
        // Only the end of a file can be missing.
        if (offset + length === size) ftruncateSync(file, from);
        return offset + length === size;
    }
  } finally {
    closeSync(file);
  }
}
