/**
 * The wall clock of a program, moved while it runs; how long things take stays as it is, as when somebody sets the clock.
 * Needs the Debian package libfaketime.
 *
 * ```ts
 * const clock = new ShiftedClock(folder.path);
 * launchProgram("gmq", [], { env: clock.env });
 * clock.shift("-10y");
 * ```
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** From the true time; `+0` is the true time. */
export type ClockShift = "+0" | `${"+" | "-"}${number}${"m" | "h" | "d" | "y"}`;

export class ShiftedClock {
  /** To be added to the environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;

  /** @param notes a folder for the shift */
  constructor(notes: string) {
    this.#file = join(notes, "clock-shift");
    this.env = {
      LD_PRELOAD: libraryPath(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
    this.shift("+0");
  }

  /** From now on. */
  shift(by: ClockShift): void {
    writeFileSync(this.#file, `${by}\n`);
  }
}

function libraryPath(): string {
  const paths = readdirSync("/usr/lib").map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error("libfaketime is missing: install the Debian package libfaketime");
  return found;
}
