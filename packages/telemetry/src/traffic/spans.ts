/** Seconds. */
export const SPANS = { minute: 60, hour: 3600, day: 86_400 } as const;

/** How many minutes, hours and days with traffic in them are kept. They are counted, so that no jump of the clock empties the book. */
export const KEPT = { minute: 1440, hour: 744, day: 400 } as const;

export type Span = keyof typeof SPANS;
