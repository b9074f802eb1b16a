import type { InstallProgress } from "@gateway-engine/protocol/local-control";
import { describe, expect, test } from "vitest";
import { formatDuration, formatSize } from "../src/figures.ts";
import { installDisplay } from "../src/install-display.ts";

function shown(
  steps: readonly (InstallProgress & { readonly at?: number })[],
  { columns, isVerbose = false }: { readonly columns?: number; readonly isVerbose?: boolean } = {},
): readonly string[] {
  const printed: string[] = [];
  let now = 0;
  const terminal = {
    out: (text: string) => void printed.push(`out ${text}`),
    err: (text: string) => void printed.push(`err ${text}`),
    ...(columns === undefined ? {} : { columns }),
  };
  const display = installDisplay({ terminal, isVerbose, monotonic: () => now });
  for (const step of steps) {
    now = step.at ?? now;
    display.show(step);
  }
  return printed;
}

const fetched = (at: number, received: number, secondsLeft: number | null = null) =>
  ({ kind: "progress", name: "a.v1.tar.gz", received, total: 10_000_000, secondsLeft, at }) as const;
const done = { kind: "done", name: "a.v1.tar.gz", ok: true, message: "a version 1 is installed" } as const;
const downloading = { kind: "state", name: "a.v1.tar.gz", state: "downloading", message: "" } as const;

describe("where there is no screen", () => {
  test("an install that takes no time is one line", () => {
    expect(shown([downloading, fetched(0, 5_000_000), fetched(500, 10_000_000), done])).toEqual([
      "out a.v1.tar.gz: a version 1 is installed\n",
    ]);
  });

  test("of a long one there is a line a second at most, and one for ten percent at most", () => {
    const steps = [
      fetched(0, 0),
      fetched(900, 2_000_000),
      fetched(1000, 2_100_000, 40),
      fetched(2100, 2_200_000, 40),
      fetched(2600, 3_100_000, 80),
    ];
    expect(shown(steps)).toEqual([
      "err a.v1.tar.gz: 21 %, 2.1 of 10.0 MB, 40 s left\n",
      "err a.v1.tar.gz: 31 %, 3.1 of 10.0 MB, 1 min 20 s left\n",
    ]);
  });

  test("steps and output are shown when asked for", () => {
    const output = { kind: "output", name: "a.v1.tar.gz", text: "hello\n" } as const;
    expect(shown([downloading, output])).toEqual([]);
    expect(shown([downloading, output], { isVerbose: true })).toEqual([
      "out a.v1.tar.gz: downloading\n",
      "out hello\n",
    ]);
  });
});

describe("on a screen", () => {
  test("a bar is drawn over itself, fits, and is gone when the result is written", () => {
    const printed = shown([downloading, fetched(0, 0), fetched(500, 5_000_000, 12), done], { columns: 80 });
    expect(printed).toEqual([
      "err \r\x1b[Ka.v1.tar.gz: downloading",
      "err \r\x1b[Ka.v1.tar.gz  [....................]  0 %, 0.0 of 10.0 MB",
      "err \r\x1b[Ka.v1.tar.gz  [##########..........]  50 %, 5.0 of 10.0 MB, 12 s left",
      "err \r\x1b[K",
      "out a.v1.tar.gz: a version 1 is installed\n",
    ]);
    for (const line of printed) expect(line.length - "err \r\x1b[K".length).toBeLessThan(80);
  });

  test("a narrow one shows figures only", () => {
    expect(shown([fetched(0, 5_000_000, 12)], { columns: 30 })).toEqual(["err \r\x1b[Ka.v1.tar.gz  50 %, 5.0 of 10."]);
  });
});

test.each([
  [0, 999, "0 of 999 bytes"],
  [512, 2_000, "0.5 of 2.0 kB"],
  [5e8, 2e9, "0.5 of 2.0 GB"],
])("%i of %i bytes are shown as %s", (part, whole, text) => {
  expect(formatSize(part, whole)).toBe(text);
});

test.each([
  [59, "59 s"],
  [200, "3 min 20 s"],
  [7_500, "2 h 5 min"],
])("%i seconds are shown as %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
