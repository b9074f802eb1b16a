import type { Timer } from "@gateway-engine/core/clock";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InProcessBus } from "../../src/bus/in-process-bus.ts";
import { formatLastModified, modifiedSince, waitForChange } from "../../src/values/long-poll.ts";
import type { CurrentValue } from "../../src/values/value.ts";
import { valueTopic } from "../../src/values/value-topic.ts";

const SECOND = 1_000_000;
const NOW = 1_700_000_000 * SECOND;

describe("If-Modified-Since", () => {
  test.each([
    [undefined, NOW, false],
    [undefined, NOW + 1, true],
    ["1700000000.250000", NOW + 250_000, false],
    ["1700000000.250000", NOW + 250_001, true],
    ["1700000000", NOW + 999_999, false],
    ["1700000000", NOW + SECOND, true],
    ["Tue, 14 Nov 2023 22:13:20 GMT", NOW + 999_999, false],
    ["Tue, 14 Nov 2023 22:13:20 GMT", NOW + SECOND, true],
  ])("%j and a write at %i: modified is %s", (header, at, modified) => {
    expect(modifiedSince(header, NOW)?.(at)).toBe(modified);
  });

  test("that is no time is refused", () => {
    expect(modifiedSince("yesterday", NOW)).toBeUndefined();
  });

  test("with our own Last-Modified means exactly that write", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: 1, max: 999_999 }),
        (seconds, micros) => {
          const at = seconds * SECOND + micros;
          const isModified = modifiedSince(formatLastModified(at), NOW);
          expect([isModified?.(at), isModified?.(at + 1)]).toEqual([false, true]);
        },
      ),
    );
  });
});

describe("waiting for a change", () => {
  const device = { product: "p", identity: "d" };
  const changed: CurrentValue = { alias: "a", value: Buffer.from("new"), at: 2, reported: null };
  const isModified = (at: number) => at > 1;

  function setUp() {
    const bus = new InProcessBus();
    const current: { value: CurrentValue | undefined } = { value: undefined };
    const clock = {
      fire: () => {},
      after: (_ms: number, fire: () => void): Timer => {
        clock.fire = fire;
        return { cancel: () => {} };
      },
    };
    const deps = { bus, clock, values: { read: async () => (current.value === undefined ? [] : [current.value]) } };
    const stop = new AbortController();
    const poll = { device, alias: "a", isModified, timeoutMs: 1000, signal: stop.signal };
    return { bus, current, clock, stop, waiting: () => waitForChange(deps, poll) };
  }

  test("ends at once when it has changed already", async () => {
    const { current, waiting } = setUp();
    current.value = changed;
    expect(await waiting()).toBe(changed);
  });

  test("ends when it changes, and goes on when it was woken for nothing", async () => {
    const { bus, current, waiting } = setUp();
    const result = waiting();
    bus.publish(valueTopic(device, "a"));
    await Promise.resolve();
    current.value = changed;
    bus.publish(valueTopic(device, "a"));
    expect(await result).toBe(changed);
  });

  test("ends without a value when the time is up, or the device hangs up", async () => {
    const late = setUp();
    const result = late.waiting();
    late.clock.fire();
    expect(await result).toBeUndefined();

    const gone = setUp();
    gone.stop.abort();
    expect(await gone.waiting()).toBeUndefined();
  });
});
