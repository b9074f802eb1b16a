/** The version of every package and program of this repository; `npm run check` compares it with package.json. */
export const VERSION = "2.0.0";
