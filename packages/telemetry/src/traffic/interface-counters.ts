/** What the kernel says of an interface now. */
export interface InterfaceCounter {
  readonly name: string;
  /** Another whenever the interface is made anew: a stick that was pulled and put back, a call that was dialled again. */
  readonly index: number;
  /** Bytes; the kernel begins at 0, and on 32-bit machines again after 2^32. */
  readonly received: number;
  readonly sent: number;
}

export interface CounterReading {
  /** The run of the machine. */
  readonly boot: string;
  /** The days of the machine's start and of the reading, counted from 1970 in UTC. */
  readonly bootDay: number;
  readonly day: number;
  readonly interfaces: readonly InterfaceCounter[];
}

export interface Bytes {
  readonly received: number;
  readonly sent: number;
}

/** An interface, with what has passed it in all its lives. */
export interface InterfaceState {
  readonly name: string;
  /** As it was read last. */
  readonly last: Omit<InterfaceCounter, "name">;
  readonly isPresent: boolean;
  readonly sinceBoot: Bytes;
  readonly sinceMidnight: Bytes;
  /** Since the book was begun, and before that since the machine's start. */
  readonly ever: Bytes;
}

export interface CounterState {
  readonly boot: string;
  readonly day: number;
  /** Those that are gone come last, the one that left first at the very end. */
  readonly interfaces: readonly InterfaceState[];
}

export interface Advance {
  readonly state: CounterState;
  /** What has passed since the reading before, by interface; nothing of it is negative. */
  readonly passed: ReadonlyMap<string, Bytes>;
}

/** Interfaces that are gone are remembered, as many as this; what passed earlier ones is kept under `OTHER_INTERFACES`. */
export const MAX_GONE_INTERFACES = 32;
export const OTHER_INTERFACES = "other";

const NONE: Bytes = { received: 0, sent: 0 };

/**
 * Takes a reading of the kernel's counters into the totals, which go on over a restart of the machine, a wrap of a counter
 * of 32 bits and an interface that comes and goes. What passed since the reading before counts for the day of this one.
 */
export function advance(previous: CounterState | undefined, reading: CounterReading): Advance {
  const known = new Map(previous?.interfaces.map((state) => [state.name, state]));
  const passed = new Map<string, Bytes>();
  const isNewDay = previous?.day !== reading.day;
  const isNewBoot = previous?.boot !== reading.boot;
  const present = reading.interfaces.map(({ name, ...last }): InterfaceState => {
    const before = known.get(name);
    known.delete(name);
    const growth = isNewBoot || before === undefined ? last : grown(before.last, last);
    const bytes = { received: growth.received, sent: growth.sent };
    // A new book cannot tell which part of a longer run of the machine was today.
    const today = previous === undefined && reading.bootDay !== reading.day ? NONE : bytes;
    passed.set(name, previous === undefined ? today : bytes);
    return {
      name,
      last,
      isPresent: true,
      sinceBoot: sum(isNewBoot ? NONE : before?.sinceBoot, bytes),
      sinceMidnight: sum(isNewDay ? NONE : before?.sinceMidnight, today),
      ever: sum(before?.ever, bytes),
    };
  });
  const gone = [...known.values()].map((state) => absent(state, isNewBoot, isNewDay));
  return { state: { boot: reading.boot, day: reading.day, interfaces: [...present, ...bounded(gone)] }, passed };
}

type Counts = Omit<InterfaceCounter, "name">;

function grown(before: Counts, now: Counts): Bytes {
  if (before.index !== now.index) return now;
  const received = growth(before.received, now.received);
  const sent = growth(before.sent, now.sent);
  // A driver that starts its counters again does so with both.
  return received === undefined || sent === undefined ? now : { received, sent };
}

/** @returns undefined when the counter has begun again at 0 */
function growth(before: number, now: number): number | undefined {
  if (now >= before) return now - before;
  const overWrap = now + WRAP - before;
  return before < WRAP && overWrap < WRAP / 2 ? overWrap : undefined;
}

const WRAP = 2 ** 32;

function absent(state: InterfaceState, isNewBoot: boolean, isNewDay: boolean): InterfaceState {
  return {
    ...state,
    // Should it come back with the same index, its counters have begun again.
    last: { index: 0, received: 0, sent: 0 },
    isPresent: false,
    sinceBoot: isNewBoot ? NONE : state.sinceBoot,
    sinceMidnight: isNewDay ? NONE : state.sinceMidnight,
  };
}

/** @param gone the one that left last comes first */
function bounded(gone: readonly InterfaceState[]): readonly InterfaceState[] {
  const named = gone.filter(({ name }) => name !== OTHER_INTERFACES);
  const tooMany = [...named.slice(MAX_GONE_INTERFACES), ...gone.filter(({ name }) => name === OTHER_INTERFACES)];
  const [first, ...rest] = tooMany;
  if (first === undefined) return named;
  return [...named.slice(0, MAX_GONE_INTERFACES), rest.reduce(merged, { ...first, name: OTHER_INTERFACES })];
}

function merged(one: InterfaceState, other: InterfaceState): InterfaceState {
  return {
    ...one,
    sinceBoot: sum(one.sinceBoot, other.sinceBoot),
    sinceMidnight: sum(one.sinceMidnight, other.sinceMidnight),
    ever: sum(one.ever, other.ever),
  };
}

function sum(one: Bytes | undefined, other: Bytes): Bytes {
  return { received: (one?.received ?? 0) + other.received, sent: (one?.sent ?? 0) + other.sent };
}
