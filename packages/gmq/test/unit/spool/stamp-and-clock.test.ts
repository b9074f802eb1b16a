/** What the clock may do, as tables: times of messages, eras of a clock that is not set, and the queue's own time. */
import { describe, expect, test } from "vitest";
import { type ClockState, watch } from "../../../src/spool/time/clock-watch.ts";
import { correctTimestamp } from "../../../src/spool/time/correct-timestamp.ts";
import { correct, type OpenEra } from "../../../src/spool/time/era.ts";
import type { Moment, Truth } from "../../../src/spool/time/moment.ts";
import { LONGEST_PAUSE_US, resume } from "../../../src/spool/time/queue-time.ts";
import { stamp } from "../../../src/spool/time/stamp.ts";

const S = 1_000_000;
const HOUR = 3600 * S;
const YEARS = 10 * 365 * 24 * HOUR;
/** 2026, in microseconds. */
const NOW = 1_795_000_000 * S;

describe("the time of a message", () => {
  test.each([
    { when: "time goes on", now: NOW + 5, lastAt: NOW, expected: NOW + 5 },
    { when: "two come in one microsecond", now: NOW, lastAt: NOW, expected: NOW + 1 },
    { when: "the clock is set back by a second", now: NOW - S, lastAt: NOW, expected: NOW + 1 },
    { when: "the clock is set back by an hour", now: NOW - HOUR, lastAt: NOW, expected: NOW - HOUR },
    { when: "the clock is set back by ten years", now: NOW - YEARS, lastAt: NOW, expected: NOW - YEARS },
    { when: "the clock is set forward by ten years", now: NOW + YEARS, lastAt: NOW, expected: NOW + YEARS },
    { when: "the clock was ten years ahead and is right again", now: NOW, lastAt: NOW + YEARS, expected: NOW },
  ])("when $when", ({ now, lastAt, expected }) => {
    expect(stamp(now, lastAt)).toBe(expected);
  });
});

describe("the clock", () => {
  const begin: ClockState = { last: undefined, era: undefined, knownAt: undefined, nextEra: 1 };
  const at = (sinceBoot: number, wall: number): Moment => ({ boot: "b", sinceBoot, wall });
  const follow = (...moments: readonly Moment[]) => {
    let state = begin;
    const effects = moments.map((moment) => {
      const step = watch(state, moment);
      state = step.state;
      return step.effects.map((effect) => (effect.kind === "stepped" ? `stepped ${effect.by / S} s` : effect.kind));
    });
    return { state, effects };
  };

  test("that is set is known from the first moment, and stays so", () => {
    const { state, effects } = follow(at(0, NOW), at(5 * S, NOW + 5 * S));
    expect(effects).toEqual([["known"], []]);
    expect(state).toMatchObject({ era: undefined, knownAt: NOW + 5 * S });
  });

  test("that begins in 1970 has an era until it is set, and then the time is known", () => {
    expect(follow(at(S, S), at(2 * S, 2 * S)).state.era).toEqual({
      id: 1,
      boot: "b",
      clockOffset: 0,
      knownAt: undefined,
    });
    const { state, effects } = follow(at(S, S), at(3 * S, NOW));
    expect(effects).toEqual([[], [`stepped ${NOW / S - 3} s`, "known"]]);
    expect(state.era).toBeUndefined();
  });

  test("that is set back ten years has an era, which remembers the last time that was known", () => {
    const { state, effects } = follow(at(0, NOW), at(S, NOW + S - YEARS));
    expect(effects).toEqual([["known"], [`stepped ${-YEARS / S} s`]]);
    expect(state.era).toEqual({ id: 1, boot: "b", clockOffset: NOW - YEARS, knownAt: NOW });
  });

  test("that is not set and jumps, though not to the present, has a second era", () => {
    expect(follow(at(S, S), at(2 * S, HOUR)).state.era).toMatchObject({ id: 2, clockOffset: HOUR - 2 * S });
  });

  test("that is corrected by less than a second has not jumped", () => {
    expect(follow(at(0, NOW), at(S, NOW + 1.5 * S)).effects).toEqual([["known"], []]);
  });
});

describe("times of a clock that was not set", () => {
  const truth: Truth = { boot: "now", sinceBoot: 100 * S, wall: NOW, isGuess: false };
  const startOfBoot = NOW - 100 * S;
  const era = (id: number, boot: string, rest: Partial<OpenEra> = {}): OpenEra => ({
    id,
    boot,
    clockOffset: 0,
    knownAt: undefined,
    firstAt: 10 * S,
    lastAt: 20 * S,
    ...rest,
  });

  test.each([
    {
      when: "the machine is still up: exactly",
      eras: [era(1, "now", { clockOffset: 7 * S })],
      expected: [{ era: 1, correction: startOfBoot - 7 * S, estimated: false }],
    },
    {
      when: "another boot, and nothing is known before: as late as can be",
      eras: [era(1, "before")],
      expected: [{ era: 1, correction: startOfBoot - 20 * S, estimated: true }],
    },
    {
      when: "another boot, an hour and ten seconds after a time that was known: in the middle",
      eras: [era(1, "before", { knownAt: startOfBoot - HOUR - 10 * S })],
      expected: [{ era: 1, correction: startOfBoot - HOUR / 2 - 20 * S, estimated: true }],
    },
    {
      when: "two other boots: one behind the other",
      eras: [
        era(1, "first", { knownAt: startOfBoot - HOUR - 10 * S }),
        era(2, "second", { knownAt: startOfBoot - HOUR - 10 * S }),
      ],
      expected: [
        { era: 1, correction: startOfBoot - HOUR / 2 - 20 * S, estimated: true },
        { era: 2, correction: startOfBoot - HOUR / 4 - 15 * S, estimated: true },
      ],
    },
    {
      when: "there is less time between its neighbours than it took: behind the first",
      eras: [era(1, "before", { knownAt: startOfBoot - S })],
      expected: [{ era: 1, correction: startOfBoot - 11 * S, estimated: true }],
    },
  ])("are made right, $when", ({ eras, expected }) => {
    expect(correct(eras, truth)).toEqual(expected);
  });

  test("are guessed where nobody tells the time: each boot behind the one before", () => {
    const guess = { ...truth, isGuess: true };
    expect(correct([era(1, "before", { knownAt: startOfBoot }), era(2, "now")], guess)).toEqual([
      { era: 1, correction: startOfBoot - 10 * S, estimated: true },
      { era: 2, correction: startOfBoot + 10 * S, estimated: true },
    ]);
  });

  test.each([
    ["12.5", 100 * S, "112.5"],
    ["12", -2 * S + 500_000, "10.5"],
    ["12.123456789", S, "13.123456789"],
    [String(NOW / S), 100 * S, String(NOW / S)],
    ["12.5", 0, "12.5"],
  ])("%s of a record, with a correction of %i us, is %s", (timestamp, correction, expected) => {
    expect(correctTimestamp(timestamp, correction)).toBe(expected);
  });
});

describe("the queue's own time", () => {
  const saved = { at: 5 * HOUR, boot: "b", sinceBoot: 50 * S, wall: NOW };
  test.each([
    {
      when: "the clock was set forward ten years in the same boot",
      now: { boot: "b", sinceBoot: 60 * S, wall: NOW + YEARS },
      passed: 10 * S,
    },
    {
      when: "the clock was set back in the same boot",
      now: { boot: "b", sinceBoot: 60 * S, wall: NOW - YEARS },
      passed: 10 * S,
    },
    { when: "the machine was off for an hour", now: { boot: "c", sinceBoot: S, wall: NOW + HOUR }, passed: HOUR },
    { when: "the machine has lost its time", now: { boot: "c", sinceBoot: S, wall: 5 }, passed: S },
    {
      when: "the clock says that it was off for longer than can be",
      now: { boot: "c", sinceBoot: S, wall: NOW + LONGEST_PAUSE_US + 1 },
      passed: S,
    },
    { when: "the clock is earlier than before", now: { boot: "c", sinceBoot: S, wall: NOW - HOUR }, passed: S },
  ])("goes on by what has passed when $when", ({ now, passed }) => {
    expect(resume(saved, now)).toBe(saved.at + passed);
  });

  test("begins with the wall clock", () => {
    expect(resume(undefined, { boot: "b", sinceBoot: 1, wall: NOW })).toBe(NOW);
  });
});
