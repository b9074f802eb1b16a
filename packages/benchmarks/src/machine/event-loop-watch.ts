/** How long the event loop of a Node program stands still, as it sees it itself. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.ts";

const PRELOADED = join(import.meta.dirname, "../event-loop-watch-main.js");

export class EventLoopWatch {
  /** Of the program that is to be watched. */
  readonly env: Readonly<Record<string, string>>;
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, "event-loop-delay");
    this.env = { LOOP_WATCH_FILE: this.#file, NODE_OPTIONS: `--import=${PRELOADED}` };
  }

  /** The longest delay since the last call, or since the program began, in milliseconds. */
  async longestMs(): Promise<number> {
    rmSync(this.#file, { force: true });
    await until("the program has looked at its event loop", () => existsSync(this.#file));
    return Number(readFileSync(this.#file, "utf8"));
  }
}
