import { systemClock } from "@gateway-engine/platform/clock";
import { expect, test } from "vitest";
import { withDeadline } from "../../src/line/deadline.ts";

const LIMIT = { clock: systemClock, ms: 60_000, what: "an answer" };

test("work that was cancelled before its turn came is not begun", async () => {
  const stopped = AbortSignal.abort(new Error("stopped"));
  let begun = false;
  const work = withDeadline(LIMIT, stopped, async () => {
    begun = true;
  });
  await expect(work).rejects.toThrow("stopped");
  expect(begun).toBe(false);
});

test("work that does not end is ended, and that is a timeout", async () => {
  const work = withDeadline({ ...LIMIT, ms: 1 }, new AbortController().signal, endsWhenAborted);
  await expect(work).rejects.toMatchObject({ code: "E_TIMEOUT" });
});

test("work that is cancelled ends with the reason for that", async () => {
  const cancelled = new AbortController();
  const work = withDeadline(LIMIT, cancelled.signal, endsWhenAborted);
  cancelled.abort(new Error("stopped"));
  await expect(work).rejects.toThrow("stopped");
});

function endsWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
