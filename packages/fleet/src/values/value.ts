/** Microseconds since 1970: what values are stamped with, since many devices write more than once a second. */
export type Micros = number;

export const MICROS_PER_SECOND = 1_000_000;

export interface StampedValue {
  readonly value: Uint8Array;
  readonly at: Micros;
}

/** One value in a resource's history. */
export interface Point extends StampedValue {
  readonly alias: string;
}

/** What a resource of a device holds now. */
export interface CurrentValue extends Point {
  /** What the device itself wrote last; null until it has. */
  readonly reported: StampedValue | null;
}
