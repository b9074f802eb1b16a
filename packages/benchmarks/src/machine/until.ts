import { setTimeout as wait } from "node:timers/promises";

/**
 * Looks every 20 ms whether `holds`: for what nobody announces.
 *
 * @throws Error when it did not hold within `limitMs`
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await wait(LOOK_MS);
  }
}

const LOOK_MS = 20;
