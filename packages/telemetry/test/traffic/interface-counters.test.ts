import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advance,
  type CounterReading,
  type CounterState,
  MAX_GONE_INTERFACES,
  OTHER_INTERFACES,
} from "../../src/traffic/interface-counters.ts";

const WRAP = 2 ** 32;
const GIB = 2 ** 30;

function reading(received: number, sent: number, change: Partial<CounterReading> & { index?: number } = {}) {
  const { index = 2, ...rest } = change;
  return { boot: "a", bootDay: 10, day: 10, interfaces: [{ name: "eth0", index, received, sent }], ...rest };
}

/** After all readings in turn. */
function after(...readings: readonly CounterReading[]): CounterState {
  const [first, ...rest] = readings;
  if (first === undefined) throw new RangeError("no reading");
  return rest.reduce((state, next) => advance(state, next).state, advance(undefined, first).state);
}

const eth0 = (state: CounterState) => state.interfaces.find(({ name }) => name === "eth0");
const bytes = (received: number, sent: number) => ({ received, sent });

describe("totals of an interface", () => {
  test("are the kernel's as long as the machine runs", () => {
    expect(eth0(after(reading(5, 1), reading(105, 21)))).toMatchObject({
      sinceBoot: bytes(105, 21),
      sinceMidnight: bytes(105, 21),
      ever: bytes(105, 21),
    });
  });

  test.each([
    [
      "a restart of the machine",
      [reading(1000, 500), reading(30, 40, { boot: "b" })],
      [30, 40],
      [1030, 540],
      [1030, 540],
    ],
    ["midnight", [reading(1000, 500), reading(1100, 600, { day: 11 })], [1100, 600], [100, 100], [1100, 600]],
    [
      "a clock set back by a day",
      [reading(1000, 500), reading(1100, 600, { day: 9 })],
      [1100, 600],
      [100, 100],
      [1100, 600],
    ],
    [
      "a wrap of one counter",
      [reading(WRAP - 100, 500), reading(50, 600)],
      [WRAP + 50, 600],
      [WRAP + 50, 600],
      [WRAP + 50, 600],
    ],
    [
      "an interface made anew",
      [reading(1000, 500), reading(1200, 9, { index: 7 })],
      [2200, 509],
      [2200, 509],
      [2200, 509],
    ],
    ["a driver that counts anew", [reading(1000, 5), reading(40, 50)], [1040, 55], [1040, 55], [1040, 55]],
    [
      "counters of 64 bits that begin anew",
      [reading(9 * GIB, 0), reading(GIB, 0)],
      [10 * GIB, 0],
      [10 * GIB, 0],
      [10 * GIB, 0],
    ],
    [
      "an interface that is pulled and put back",
      [reading(1000, 500), reading(0, 0, { interfaces: [] }), reading(1000, 600)],
      [2000, 1100],
      [2000, 1100],
      [2000, 1100],
    ],
  ])("go on over %s", (_, readings, [bootRx, bootTx], [dayRx, dayTx], [everRx, everTx]) => {
    expect(eth0(after(...readings))).toMatchObject({
      sinceBoot: { received: bootRx, sent: bootTx },
      sinceMidnight: { received: dayRx, sent: dayTx },
      ever: { received: everRx, sent: everTx },
    });
  });

  test("do not take for today what a machine that has run for days had sent before the book was begun", () => {
    const { state, passed } = advance(undefined, reading(1000, 500, { bootDay: 3 }));
    expect(eth0(state)).toMatchObject({
      sinceBoot: bytes(1000, 500),
      sinceMidnight: bytes(0, 0),
      ever: bytes(1000, 500),
    });
    expect(passed.get("eth0")).toEqual(bytes(0, 0));
  });
});

test("interfaces that come and go do not fill the book, and no byte of theirs is lost", () => {
  let state: CounterState | undefined;
  for (let number = 0; number < 200; number += 1) {
    const interfaces = [{ name: `veth${number}`, index: number, received: 10, sent: 1 }];
    state = advance(state, { boot: "a", bootDay: 10, day: 10, interfaces }).state;
  }
  expect(state?.interfaces).toHaveLength(1 + MAX_GONE_INTERFACES + 1);
  expect(state?.interfaces.at(-1)?.name).toBe(OTHER_INTERFACES);
  expect(state?.interfaces.reduce((sum, { ever }) => sum + ever.received, 0)).toBe(2000);
});

/** What a machine does: it passes bytes, and its counters are what they are. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant("pass" as const), received: fc.nat(2 ** 31 - 1), sent: fc.nat(2 ** 31 - 1) }),
  fc.record({ kind: fc.constantFrom("reboot" as const, "replug" as const, "midnight" as const) }),
);

test("on a machine with counters of 32 bits, the totals are what really passed", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 50 }), (happenings) => {
      const real = { boot: bytes(0, 0), day: bytes(0, 0), ever: bytes(0, 0) };
      const kernel = { boot: 0, day: 10, index: 1, received: 0, sent: 0 };
      const read = (): CounterReading => ({
        boot: String(kernel.boot),
        bootDay: 10,
        day: kernel.day,
        interfaces: [{ name: "eth0", index: kernel.index, received: kernel.received, sent: kernel.sent }],
      });
      let { state } = advance(undefined, read());
      for (const event of happenings) {
        if (event.kind === "pass") {
          kernel.received = (kernel.received + event.received) % WRAP;
          kernel.sent = (kernel.sent + event.sent) % WRAP;
          for (const total of Object.values(real)) {
            total.received += event.received;
            total.sent += event.sent;
          }
        } else if (event.kind === "midnight") {
          kernel.day += 1;
          real.day = bytes(0, 0);
        } else {
          if (event.kind === "reboot") {
            kernel.boot += 1;
            real.boot = bytes(0, 0);
          } else kernel.index += 1;
          kernel.received = 0;
          kernel.sent = 0;
        }
        const next = advance(state, read());
        for (const { received, sent } of next.passed.values())
          expect(Math.min(received, sent)).toBeGreaterThanOrEqual(0);
        state = next.state;
      }
      expect(eth0(state)).toMatchObject({ sinceBoot: real.boot, sinceMidnight: real.day, ever: real.ever });
    }),
  );
});

test("whatever the kernel says, no total ever becomes smaller", () => {
  const counter = fc.nat(2 ** 53 - 1).map((value) => value % 2 ** 40);
  const anyReading = fc.record({
    boot: fc.constantFrom("a", "b"),
    bootDay: fc.nat(3),
    day: fc.nat(3),
    interfaces: fc.uniqueArray(
      fc.record({ name: fc.constantFrom("eth0", "ppp0"), index: fc.nat(2), received: counter, sent: counter }),
      { selector: ({ name }) => name },
    ),
  });
  fc.assert(
    fc.property(fc.array(anyReading, { minLength: 2, maxLength: 20 }), (readings) => {
      const ever = (state: CounterState | undefined) =>
        state?.interfaces.reduce((sum, total) => sum + total.ever.received + total.ever.sent, 0) ?? 0;
      readings.reduce<CounterState | undefined>((state, next) => {
        const advanced = advance(state, next).state;
        expect(ever(advanced)).toBeGreaterThanOrEqual(ever(state));
        return advanced;
      }, undefined);
    }),
  );
});
