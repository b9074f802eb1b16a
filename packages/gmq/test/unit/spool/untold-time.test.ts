/** Data of a clock that is not set, where no server tells the time. */
import type { Clock } from "@gateway-engine/core/clock";
import { expect, test } from "vitest";
import { MAIN_UPSTREAM } from "../../../src/spool/schema.ts";
import type { Spool } from "../../../src/spool/spool.ts";
import { openLocalSpool } from "../local-spool.ts";

const MINUTE = 60_000;
const BEGIN_OF_2025 = Date.UTC(2025, 0, 1);

/** The wall clock begins in 1970. */
class UnsetClock implements Pick<Clock, "now" | "monotonic"> {
  #elapsed = MINUTE;
  #offset = 0;

  now(): number {
    return this.#offset + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  advance(ms: number): void {
    this.#elapsed += ms;
  }

  set(time: number): void {
    this.#offset = time - this.#elapsed;
  }
}

test("it waits ten minutes, is then sent with a guess, and gets its right time when the clock is set after all", async () => {
  const clock = new UnsetClock();
  await using local = await openLocalSpool({ clock: clock as unknown as Clock });
  const { spool } = local;
  spool.askTimeBy(async () => undefined);
  await accept(spool);
  await expect(headAt(spool)).rejects.toMatchObject({ code: "E_NO_TIME" });
  clock.advance(9 * MINUTE);
  await expect(headAt(spool)).rejects.toMatchObject({ code: "E_NO_TIME" });
  clock.advance(MINUTE);
  expect(await headAt(spool)).toBe(BEGIN_OF_2025 + MINUTE);
  expect((await spool.totals()).estimated).toBe(1);

  clock.set(BEGIN_OF_2025 + 1000 * MINUTE);
  await accept(spool);
  expect(await headAt(spool)).toBe(BEGIN_OF_2025 + 990 * MINUTE);
  expect((await spool.totals()).estimated).toBe(0);
});

test("it waits for as long as no server is there", async () => {
  const clock = new UnsetClock();
  await using local = await openLocalSpool({ clock: clock as unknown as Clock });
  const { spool } = local;
  await accept(spool);
  for (let hours = 0; hours < 3; hours += 1) {
    await expect(headAt(spool)).rejects.toMatchObject({ code: "E_UNREACHABLE" });
    clock.advance(60 * MINUTE);
  }
});

function accept(spool: Spool): Promise<void> {
  const { id } = spool.deviceOf({ vendor: "v", model: "m", serial: "s" });
  const message = { kind: "write", alias: "", body: "a=1", points: 1, span: 1, priority: "normal" } as const;
  return spool.accept(id, { ...message, ttlMs: undefined });
}

/** Milliseconds since 1970 of the oldest message. */
async function headAt(spool: Spool): Promise<number | undefined> {
  const [lane = 0] = await spool.waiting(MAIN_UPSTREAM);
  const head = await spool.head(MAIN_UPSTREAM, lane, { messages: 1, bytes: 1000 });
  return head?.messages[0] === undefined ? undefined : head.messages[0].at / 1000;
}
