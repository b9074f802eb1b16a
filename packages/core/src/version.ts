/** The version of every package and program of this repository; `npm run check` compares it with package.json. */
export const VERSION = "2.0.0";

/** No clock that is right shows an earlier time, in milliseconds since 1970. */
export const EARLIEST_TIME: number = Date.UTC(2025, 0, 1);
