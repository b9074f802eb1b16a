import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "@gateway-engine/core/clock";
import { createLineLogger } from "@gateway-engine/platform/logger";
import { systemRandom } from "@gateway-engine/platform/random";
import { expect, test } from "vitest";
import { Credentials } from "../../src/identity/credentials.ts";
import { openLocalSpool } from "./local-spool.ts";

const CIK = "c".repeat(40);
const NOBODY = { vendor: "", model: "", uuid: "", cik: "", serialPending: false };

test("a CIK of which nothing else is known is tried again after a pause, and then counts until it is refused again", async () => {
  const clock = new HandClock();
  const log = createLineLogger("test", { level: () => "CRITICAL", now: () => 0, write: () => {} });
  await using local = await openLocalSpool({ clock: clock });
  const { spool } = local;
  const credentials = new Credentials({
    spool,
    gateway: { read: () => Promise.resolve(NOBODY), requestActivation: () => Promise.resolve() },
    activate: () => Promise.reject(new Error("such a device cannot be activated")),
    clock,
    random: systemRandom,
    log,
  });
  try {
    const { id } = spool.deviceOfCik(CIK);
    for (let time = 0; time < 2; time += 1) {
      expect(await credentials.obtain(id, undefined)).toBe(CIK);
      const again = credentials.obtain(id, CIK);
      await clock.fireNext();
      expect(await again).toBe(CIK);
    }
    expect(await credentials.obtain(id, undefined)).toBe(CIK);
    expect(spool.device(id)?.cikRefused).toBe(false);
  } finally {
    credentials.stop();
  }
});

/** A clock whose timers fire when the test says so. */
class HandClock implements Clock {
  readonly #timers = new Set<() => void>();

  now(): number {
    return 0;
  }

  monotonic(): number {
    return 0;
  }

  sleep(): Promise<void> {
    return Promise.reject(new Error("nobody sleeps here"));
  }

  after(_ms: number, fire: () => void): { cancel(): void } {
    this.#timers.add(fire);
    return { cancel: () => this.#timers.delete(fire) };
  }

  /** Waits for the next timer to be set, and fires it. */
  async fireNext(): Promise<void> {
    while (this.#timers.size === 0) await turn();
    for (const fire of this.#timers) fire();
  }
}
