import { DownloadTries } from "@gateway-engine/device-client/download-tries";
import { expect, test } from "vitest";
import { isHopeless } from "../../src/install/fetch-patience.ts";

const HOUR_MS = 3_600_000;

type Ends = "away" | "answered" | "brought more";

/** Tries every hour. @returns the hour at which the download is given up */
function givenUpAt(tryAt: (hour: number) => Ends): number | undefined {
  const tries = new DownloadTries();
  for (let hour = 0; hour <= 1000; hour += 1) {
    const ends = tryAt(hour);
    tries.note({ at: hour * HOUR_MS, hasBroughtMore: ends === "brought more", hasAnswered: ends !== "away" });
    if (isHopeless(tries)) return hour;
  }
  return undefined;
}

test.each<[string, (hour: number) => Ends, number | undefined]>([
  ["a line that is away is waited for seven days", () => "away", 168],
  ["a server that answers and sends nothing new has one day", () => "answered", 24],
  ["a server that comes back after days has its day then", (hour) => (hour < 100 ? "away" : "answered"), 124],
  ["a line that comes and goes has seven days in all", (hour) => (hour % 5 === 0 ? "away" : "answered"), 168],
  ["a single new byte a day is enough", (hour) => (hour % 20 === 0 ? "brought more" : "answered"), undefined],
  ["the seven days begin with the last new byte", (hour) => (hour === 100 ? "brought more" : "away"), 268],
])("%s", (_what, tryAt, hour) => {
  expect(givenUpAt(tryAt)).toBe(hour);
});
