import { fail, ok, type Result } from "./result.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/**
 * Reads a size as supervisor's configuration writes it: a whole number of bytes, or one with KB, MB or GB (1024 based, any case).
 *
 * @returns bytes, or what is expected instead
 */
export function parseByteSize(text: string): Result<number, string> {
  const match = /^\s*(-?\d+)\s*(KB|MB|GB)?\s*$/i.exec(text);
  if (match === null) return fail("a number of bytes, optionally with KB, MB or GB");
  return ok(Number(match[1]) * (UNITS[(match[2] ?? "").toUpperCase()] ?? 1));
}
